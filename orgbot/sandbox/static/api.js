// Calls to the sandbox, and the small things every module needs.

export async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error((await problem(answer)) || answer.statusText);
  return answer.json();
}

export async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await problem(answer));
  return answer.json();
}

async function problem(answer) {
  const body = await answer.json().catch(() => ({}));
  return (body.error || `erreur ${answer.status}`).replace(/^\w+\u00a0: /, '');
}

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'class') made.className = value;
    else if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

const clock = new Intl.DateTimeFormat('fr-CA', { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat('fr-CA', { weekday: 'long', day: 'numeric', month: 'long' });
const percent = new Intl.NumberFormat('fr-CA', { style: 'percent', maximumFractionDigits: 0 });

export const timeOf = (seconds) => clock.format(new Date(seconds * 1000));
export const percentOf = (share) => percent.format(share);
export function dayOf(seconds) {
  const date = new Date(seconds * 1000);
  if (date.toDateString() === new Date().toDateString()) return 'Aujourd’hui';
  return day.format(date);
}

// A menu of buttons: arrows move, Escape closes and gives the focus back.
export function menu(list, opener) {
  const close = (focus) => {
    list.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    if (focus) opener.focus();
  };
  const open = () => {
    list.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
  };
  opener.addEventListener('click', () => {
    if (!list.hidden) return close(true);
    open();
    list.querySelector('button:not([hidden])')?.focus();
  });
  list.addEventListener('keydown', (event) => {
    const items = [...list.querySelectorAll('button:not([hidden])')];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const place = items.indexOf(document.activeElement) + step;
      items[(place + items.length) % items.length]?.focus();
    } else if (event.key === 'Escape') close(true);
  });
  document.addEventListener('pointerdown', (event) => {
    if (!list.hidden && !list.contains(event.target) && !opener.contains(event.target)) close(false);
  });
  return { open, close };
}
