// The page: two phones, their live news, and two panels.
import { get } from './api.js';
import { clock } from './clock.js';
import { faults } from './faults.js';
import { Phone } from './phone.js';
import { explain } from './why.js';

// How long a message may wait before the page says that no bot listens.
const PATIENCE = 4000;

const byId = (id) => document.getElementById(id);
const why = byId('why');
const live = byId('live');

const shared = {
  explains: false,
  last: '',
  why(text) {
    shared.last = text;
    toggle(why, true);
    explain(why.querySelector('.body'), text);
  },
  said(text) {
    shared.last = text;
    if (shared.explains && !why.hidden) explain(why.querySelector('.body'), text);
  },
  sent() {
    clearTimeout(shared.patience);
    shared.patience = setTimeout(listening, PATIENCE);
  },
  alert(text) {
    byId('alert-text').textContent = text;
    byId('alert').showModal();
  },
};

const phones = [...document.querySelectorAll('.seat')].map((seat) => new Phone(seat, shared));
const [left] = phones;
const withPhones = (chat, act) => phones.filter((phone) => phone.chat === chat).forEach(act);
const readClock = clock(byId('clock'), byId('open-clock'));
const refreshFaults = faults(byId('faults'), byId('open-faults').querySelector('.count'));

function toggle(panel, open = panel.hidden) {
  const opener = byId(`open-${panel.id}`);
  panel.hidden = !open;
  opener.setAttribute('aria-expanded', String(open));
  document.body.classList.toggle(`with-${panel.id}`, open);
}

for (const panel of [why, byId('faults'), byId('clock')]) {
  byId(`open-${panel.id}`).addEventListener('click', () => {
    toggle(panel);
    if (panel === why && !panel.hidden) tellWhy();
  });
  const close = () => { toggle(panel, false); byId(`open-${panel.id}`).focus(); };
  panel.querySelector('.close').addEventListener('click', close);
  panel.addEventListener('keydown', (event) => event.key === 'Escape' && close());
}

function tellWhy() {
  if (shared.last) return explain(why.querySelector('.body'), shared.last);
  const hint = document.createElement('p');
  hint.className = 'hint';
  hint.textContent = 'Écris quelque chose comme la direction, à gauche\u00a0: tu verras ici ce que le bot a compris, et pourquoi.';
  why.querySelector('.body').replaceChildren(hint);
  return null;
}

async function describe() {
  const state = await get('/sandbox/state');
  document.title = `${state.bot.first_name}, bac à sable`;
  byId('bot-name').textContent = state.bot.first_name;
  shared.explains = state.explains;
  byId('open-why').hidden = !state.explains;
  for (const phone of phones) phone.describe(state);
  return state;
}

async function listening() {
  const { pending, listening: how } = await get('/sandbox/state');
  const words = pending > 1 ? `${pending}\u00a0messages attendent` : 'Un message attend';
  byId('waiting').textContent = `${words} le bot, que personne ne fait tourner en ce moment.`;
  byId('waiting').hidden = !(pending && how === 'none');
  if (pending) shared.sent();
}

async function everything() {
  await describe();
  await readClock();
  await Promise.all(phones.map((phone) => phone.load()));
  await refreshFaults();
  const heard = [...left.messages.values()].filter((one) => !one.from.is_bot && one.text && !one.text.startsWith('/'));
  shared.last = heard.pop()?.text ?? '';
  if (!why.hidden) tellWhy();
}

function tell(state, words) {
  live.dataset.state = state;
  live.querySelector('.words').textContent = words;
}

function follow() {
  const source = new EventSource('/sandbox/events');
  const on = (kind, act) => source.addEventListener(kind, (event) => act(JSON.parse(event.data)));
  on('ready', () => { tell('on', 'En direct'); everything(); });
  on('message', ({ chat, message }) => withPhones(chat, (phone) => phone.put(message)));
  on('edit', ({ chat, message }) => withPhones(chat, (phone) => phone.put(message)));
  on('delete', ({ chat, message }) => withPhones(chat, (phone) => phone.remove(message)));
  on('action', (body) => withPhones(body.chat, (phone) => phone.action(body)));
  on('toast', (body) => withPhones(body.chat, (phone) => phone.toast(body)));
  on('clock', async () => { await readClock(); phones.forEach((phone) => phone.redraw()); });
  for (const kind of ['commands', 'profile', 'chat']) on(kind, describe);
  on('faults', refreshFaults);
  source.addEventListener('error', () => {
    tell('off', 'Connexion perdue, nouvel essai…');
    if (source.readyState === EventSource.CLOSED) { source.close(); setTimeout(follow, 1000); }
  });
}

await describe().catch(() => tell('off', 'Le bac à sable ne répond pas'));
const payload = new URLSearchParams(location.search).get('start');
if (payload && /^[A-Za-z0-9_-]{1,64}$/.test(payload)) left.payload = payload;
if (shared.explains && matchMedia('(min-width: 1120px)').matches) { toggle(why, true); tellWhy(); }
follow();
