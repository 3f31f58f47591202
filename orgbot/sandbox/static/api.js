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

// Times are the bot's: where it is, and as far ahead as its clock was pushed.
const format = (options) => new Intl.DateTimeFormat('fr-CA', { timeZone: 'America/Montreal', ...options });
const clock = format({ hour: 'numeric', minute: '2-digit' });
const day = format({ weekday: 'long', day: 'numeric', month: 'long' });
const short = format({ weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });
const long = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: 'numeric', minute: '2-digit' });
const percent = new Intl.NumberFormat('fr-CA', { style: 'percent', maximumFractionDigits: 0 });

let ahead = 0;
export const follow = ({ now }) => { ahead = now - Date.now() / 1000; };
export const present = () => Date.now() / 1000 + ahead;
// « mardi 1er décembre »: a weekday, a 1, a month.
const dated = (formatter, seconds) => formatter.format(new Date(seconds * 1000)).replace(/(\p{L}{3,}\.?) 1 (?=\p{L})/u, '$1 1er ');
export const shortTimeOf = (seconds) => dated(short, seconds);
export const longTimeOf = (seconds) => dated(long, seconds);
export const timeOf = (seconds) => clock.format(new Date(seconds * 1000));
export const percentOf = (share) => percent.format(share);
export function dayOf(seconds) {
  const [then, today] = [seconds, present()].map((one) => dated(day, one));
  return then === today ? 'Aujourd’hui' : then;
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
