// « Pourquoi? »: the reasons of a decision, as bars and short lists. Any mapping is shown, known or not.
import { element, get, percentOf } from './api.js';

const ACTIONS = { answer: 'Répond', clarify: 'Demande de préciser', fallback: 'Admet ne pas savoir' };
const RULES = {
  empty: 'message vide', exact: 'formulation connue', fuzzy: 'formulation presque connue',
  learned: 'ressemblances apprises', 'two objections': 'deux objections à la fois',
};
const KNOWN = ['text', 'action', 'entries', 'ranking', 'why'];
const KNOWN_WHY = ['rule', 'normalised', 'near', 'out_of_scope', 'encoder'];

export async function explain(body, text) {
  try {
    const decision = await get(`/sandbox/why?text=${encodeURIComponent(text)}`);
    body.replaceChildren(...parts(text, decision));
  } catch (error) {
    body.replaceChildren(element('p', { class: 'hint' }, error.message));
  }
}

function parts(text, decision) {
  const why = decision.why ?? {};
  return [
    element('blockquote', { class: 'said' }, text),
    verdict(decision),
    ranking(decision),
    why.out_of_scope == null ? null : section('Hors sujet', bar('Rien de tout ça', why.out_of_scope, 'outside')),
    near(why.near),
    details(decision, why),
  ].filter(Boolean);
}

function verdict({ action, entries = [] }) {
  return element('p', { class: `verdict ${action}` },
    element('strong', {}, ACTIONS[action] ?? String(action ?? '')),
    ...entries.map((entry) => element('span', { class: 'entry' }, entry)));
}

function ranking({ ranking: ranked = [], entries = [] }) {
  const shown = ranked.slice(0, 5);
  if (!shown.length) return null;
  return section('Probabilités', ...shown.map(([entry, share]) => bar(entry, share, entries.includes(entry) ? 'chosen' : '')));
}

function bar(label, share, kind) {
  const fill = element('span', { class: 'fill' });
  fill.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return element('div', { class: `bar-row ${kind}` },
    element('span', { class: 'label' }, label),
    element('span', { class: 'share' }, percentOf(share)),
    element('span', { class: 'track', 'aria-hidden': 'true' }, fill));
}

function near(found = []) {
  if (!found.length) return null;
  return section('Formulations voisines', element('ul', { class: 'near' }, ...found.slice(0, 4).map((one) =>
    element('li', {},
      element('span', { class: 'phrasing' }, one.phrasing),
      element('span', { class: 'entry' }, one.entry ?? 'hors sujet'),
      element('span', { class: 'share' }, percentOf(one.similarity))))));
}

function details(decision, why) {
  const facts = [];
  if (why.rule) facts.push(['Règle', RULES[why.rule] ?? why.rule]);
  if (why.normalised != null) facts.push(['Texte lu', why.normalised || '—']);
  if (why.encoder != null) facts.push(['Sens comparé', why.encoder ? 'oui' : 'non, les mots seulement']);
  for (const [name, value] of Object.entries(decision)) if (!KNOWN.includes(name)) facts.push([name, plain(value)]);
  for (const [name, value] of Object.entries(why)) if (!KNOWN_WHY.includes(name)) facts.push([name, plain(value)]);
  if (!facts.length) return null;
  return element('dl', {}, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}

const plain = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

function section(title, ...children) {
  return element('section', {}, element('h3', {}, title), ...children);
}
