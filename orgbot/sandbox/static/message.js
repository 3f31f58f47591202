// One message → one bubble.
import { element, timeOf } from './api.js';
import { link, render } from './entities.js';

const SERVICE = { new_chat_members: 'a ajouté le bot au groupe' };

export function bubble(message, acts) {
  const mine = !message.from.is_bot;
  const body = element('div', { class: 'bubble' });
  if (message.reply_to_message) body.append(quoted(message.reply_to_message));
  body.append(...media(message));
  const text = message.text ?? message.caption;
  if (text) {
    const entities = message.entities ?? message.caption_entities;
    body.append(element('div', { class: 'text' }, render(text, entities, acts)));
  }
  body.append(stamp(message, mine));
  const row = element('li', { class: `message ${mine ? 'mine' : 'theirs'}`, 'data-id': message.message_id }, body);
  if (mine && acts.why && message.text && !message.text.startsWith('/')) body.append(asks(message, acts));
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

function quoted(message) {
  const words = (message.text ?? message.caption ?? '').slice(0, 120);
  return element('div', { class: 'quoted' }, words);
}

function stamp(message, mine) {
  const time = new Date(message.date * 1000);
  return element('span', { class: 'stamp' },
    message.edit_date ? element('em', {}, 'modifié') : null,
    element('time', { datetime: time.toISOString() }, timeOf(message.date)),
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

function media(message) {
  if (message.photo) {
    const last = message.photo[message.photo.length - 1];
    const picture = element('img', {
      class: 'photo', alt: message.caption ? '' : 'Photo', width: 240, height: 160,
      src: message.from.is_bot ? `/sandbox/files/${encodeURIComponent(last.file_id)}` : '/static/photo.svg',
    });
    picture.addEventListener('error', () => { picture.src = '/static/photo.svg'; }, { once: true });
    return [picture];
  }
  if (message.sticker) return [element('div', { class: 'sticker', role: 'img', 'aria-label': 'Autocollant' }, message.sticker.emoji)];
  if (message.voice) return [voice(message.voice.duration)];
  if (message.document) return [filed('📄', message.document.file_name ?? 'Document')];
  if (message.location) return [filed('📍', 'Position')];
  if (message.contact) return [filed('👤', `${message.contact.first_name}, ${message.contact.phone_number}`)];
  if (message.video || message.video_note || message.animation) return [filed('🎬', 'Vidéo')];
  if (message.audio) return [filed('🎵', 'Audio')];
  if (message.dice) return [element('div', { class: 'sticker' }, message.dice.emoji)];
  const service = Object.keys(SERVICE).find((name) => message[name]);
  return service ? [filed('ℹ️', SERVICE[service])] : [];
}

function filed(icon, words) {
  return element('div', { class: 'filed' }, element('span', { class: 'sign', 'aria-hidden': 'true' }, icon), words);
}

function voice(seconds) {
  const bars = [5, 9, 14, 8, 16, 11, 6, 13, 17, 9, 5, 12, 15, 7, 10, 14, 6, 9, 4, 7];
  const wave = element('span', { class: 'wave', 'aria-hidden': 'true' }, ...bars.map((height) => {
    const bar = element('i');
    bar.style.height = `${height}px`;
    return bar;
  }));
  const made = element('div', { class: 'filed' }, element('span', { class: 'sign play', 'aria-hidden': 'true' }, '▶'), wave, `0:0${seconds}`);
  made.setAttribute('aria-label', `Message vocal, ${seconds}\u00a0secondes`);
  return made;
}
