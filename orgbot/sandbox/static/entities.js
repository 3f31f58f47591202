// A text and its entities → nodes. Only nodes and text are made: nothing that anyone wrote is read as HTML.
// Offsets count UTF-16 units, which is how JavaScript counts too.
import { element } from './api.js';

const TAGS = {
  bold: 'strong', italic: 'em', underline: 'u', strikethrough: 's', code: 'code', pre: 'pre',
  blockquote: 'blockquote', expandable_blockquote: 'blockquote',
};
const BLOCKS = ['pre', 'blockquote', 'expandable_blockquote'];

export function render(text, entities = [], acts = {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return nest(text, sorted, 0, text.length, acts);
}

function nest(text, entities, from, to, acts) {
  const made = document.createDocumentFragment();
  let at = from;
  let rest = entities;
  while (rest.length) {
    const [entity, ...others] = rest;
    const start = Math.max(at, entity.offset);
    const end = Math.min(to, entity.offset + entity.length);
    const inside = others.filter((other) => other.offset < end);
    rest = others.filter((other) => other.offset >= end);
    if (end <= start) { rest = others; continue; }
    made.append(text.slice(at, start));
    made.append(wrap(entity, text.slice(start, end), nest(text, inside, start, end, acts), acts));
    at = end;
    if (BLOCKS.includes(entity.type) && text[at] === '\n') at += 1;
  }
  made.append(text.slice(at, to));
  return made;
}

function wrap(entity, words, children, acts) {
  switch (entity.type) {
    case 'text_link': return link(entity.url, children, acts);
    case 'url': return link(/^https?:/i.test(words) ? words : `http://${words}`, children, acts);
    case 'email': return element('a', { href: `mailto:${words}` }, children);
    case 'bot_command':
      return element('button', { type: 'button', class: 'inline', onclick: () => acts.say?.(words) }, children);
    case 'spoiler': {
      const hidden = element('span', { class: 'spoiler', tabindex: '0', role: 'button' }, children);
      const show = () => hidden.classList.add('shown');
      hidden.addEventListener('click', show);
      hidden.addEventListener('keydown', (event) => event.key === 'Enter' && show());
      return hidden;
    }
    case 'mention': case 'hashtag': case 'text_mention': case 'custom_emoji':
      return element('span', { class: 'tinted' }, children);
    default: return element(TAGS[entity.type] || 'span', {}, children);
  }
}

// The bot's own t.me links stay here: they open its chat with a payload, as in Telegram.
export function link(url, children, acts = {}) {
  let target;
  try { target = new URL(url); } catch { return element('span', {}, children); }
  if (!['http:', 'https:'].includes(target.protocol)) return element('span', { class: 'tinted' }, children);
  const payload = target.searchParams.get('start');
  if (target.hostname === 't.me' && payload && target.pathname.slice(1) === acts.username) {
    return element('button', { type: 'button', class: 'inline', onclick: () => acts.start?.(payload) }, children);
  }
  return element('a', { href: target.href, target: '_blank', rel: 'noopener noreferrer' }, children);
}
