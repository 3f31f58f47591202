// One message → one bubble.
import { element, timeOf } from './api.js';
import { link, render } from './entities.js';
import { media, summary } from './media.js';

export function bubble(message, acts) {
  const mine = !message.from.is_bot;
  const body = element('div', { class: 'bubble' });
  if (message.reply_to_message) body.append(quoted(message.reply_to_message, acts));
  body.append(...media(message));
  const text = message.text ?? message.caption;
  if (text) {
    const entities = message.entities ?? message.caption_entities;
    body.append(element('div', { class: 'text' }, render(text, entities, acts)));
  }
  body.append(stamp(message, mine, acts), reply(message, acts));
  const row = element('li', { class: `message ${mine ? 'mine' : 'theirs'}`, 'data-id': message.message_id, tabindex: '-1' }, body);
  if (mine && acts.why && message.text && !message.text.startsWith('/')) body.append(asks(message, acts));
  if (message.reaction) row.append(element('span', { class: 'reaction', role: 'img', 'aria-label': `Réaction du bot\u00a0: ${message.reaction}` }, message.reaction));
  const rows = message.reply_markup?.inline_keyboard;
  if (rows) row.append(keyboard(rows, message, acts));
  return row;
}

function asks(message, acts) {
  return element('button', {
    type: 'button', class: 'ask', title: 'Pourquoi cette réponse?',
    'aria-label': `Pourquoi cette réponse à «\u00a0${message.text.slice(0, 60)}\u00a0»?`,
    onclick: () => acts.why(message.text),
  }, '?');
}

function reply(message, acts) {
  return element('button', {
    type: 'button', class: 'reply', title: 'Répondre à ce message',
    'aria-label': `Répondre à «\u00a0${summary(message).slice(0, 60)}\u00a0»`,
    onclick: () => acts.reply(message),
  }, '↩\ufe0e');
}

function quoted(message, acts) {
  return element('button', { type: 'button', class: 'quoted', title: 'Aller à ce message', onclick: () => acts.show(message.message_id) },
    element('strong', {}, message.from.first_name), element('span', {}, summary(message)));
}

function stamp(message, mine, acts) {
  const time = new Date(message.date * 1000);
  return element('span', { class: 'stamp' },
    message.edit_date ? element('em', {}, 'modifié') : null,
    // Where nothing hovers, a tap on the time replies.
    element('time', { datetime: time.toISOString(), onclick: () => acts.reply(message) }, timeOf(message.date)),
    mine ? element('span', { class: 'sent', title: 'Envoyé', 'aria-hidden': 'true' }, '✓✓') : null);
}

function keyboard(rows, message, acts) {
  return element('div', { class: 'keyboard' }, ...rows.map((row) =>
    element('div', { class: 'row' }, ...row.map((button) => key(button, message, acts)))));
}

function key(button, message, acts) {
  if (button.url) {
    const made = link(button.url, document.createTextNode(button.text), acts);
    made.classList.add('key', 'outside');
    return made;
  }
  const known = button.callback_data != null;
  const made = element('button', { type: 'button', class: 'key', disabled: !known, 'data-key': button.callback_data }, button.text);
  if (known) made.addEventListener('click', () => acts.tap(message.message_id, button.callback_data, made));
  return made;
}
