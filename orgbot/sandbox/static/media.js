// What a message carries besides words.
import { element } from './api.js';

const NAMES = {
  photo: 'Photo', voice: 'Message vocal', video: 'Vidéo', video_note: 'Vidéo', animation: 'Animation', audio: 'Audio',
  document: 'Document', sticker: 'Autocollant', location: 'Position', contact: 'Contact', dice: 'Dé',
};
const SERVICE = { new_chat_members: 'a ajouté le bot au groupe' };
const WAVE = [5, 9, 14, 8, 16, 11, 6, 13, 17, 9, 5, 12, 15, 7, 10, 14, 6, 9, 4, 7];

const kindOf = (message) => Object.keys(NAMES).find((name) => message[name]);

// A message in one line.
export function summary(message) {
  return [NAMES[kindOf(message)], message.text ?? message.caption].filter(Boolean).join(', ').slice(0, 140) || 'Message';
}

export function media(message) {
  const kind = kindOf(message);
  const file = message[kind];
  switch (kind) {
    case 'photo': return [photo(file[file.length - 1], message.caption)];
    case 'voice': return [voice(file.duration)];
    case 'video': case 'video_note': case 'animation': return [video(NAMES[kind], file)];
    case 'audio': return [filed('🎵', file.title ?? file.file_name ?? 'Audio', length(file.duration))];
    case 'document': return [paper(file, message.from.is_bot)];
    case 'sticker': return [element('div', { class: 'sticker', role: 'img', 'aria-label': 'Autocollant' }, file.emoji)];
    case 'location': return [filed('📍', 'Position')];
    case 'contact': return [filed('👤', file.first_name, file.phone_number)];
    case 'dice': return [element('div', { class: 'sticker' }, file.emoji)];
    default: {
      const service = Object.keys(SERVICE).find((name) => message[name]);
      return service ? [filed('ℹ️', SERVICE[service])] : [];
    }
  }
}

function photo(file, caption) {
  const picture = element('img', {
    class: 'photo', alt: caption ? '' : 'Photo', width: 240, height: 160, src: addressOf(file),
  });
  picture.addEventListener('error', () => { picture.src = '/static/photo.svg'; }, { once: true });
  return picture;
}

const addressOf = (file) => `/sandbox/files/${encodeURIComponent(file.file_id)}`;

// What people send is only a name. So is what the bot passes on of theirs: the new tab says it.
function paper(file, bot) {
  const [name, weight] = [file.file_name ?? 'Document', size(file.file_size)];
  if (!bot) return filed('📄', name, weight);
  const label = `Télécharger «\u00a0${name}\u00a0», ${weight}`;
  return filed('↓', name, weight, { href: addressOf(file), target: '_blank', rel: 'noopener', 'aria-label': label });
}

function filed(icon, words, detail, link) {
  return element(link ? 'a' : 'div', { class: 'filed', ...link },
    element('span', { class: 'sign', 'aria-hidden': 'true' }, icon),
    element('span', {}, words, detail ? element('small', {}, detail) : null));
}

function voice(seconds) {
  const wave = element('span', { class: 'wave', 'aria-hidden': 'true' }, ...WAVE.map((height) => {
    const bar = element('i');
    bar.style.height = `${height}px`;
    return bar;
  }));
  return element('div', { class: 'filed', role: 'img', 'aria-label': `Message vocal, ${seconds}\u00a0secondes` },
    element('span', { class: 'sign play', 'aria-hidden': 'true' }, '▶'), wave, length(seconds));
}

function video(name, file) {
  return element('div', { class: 'film', role: 'img', 'aria-label': `${name}, ${file.duration}\u00a0secondes` },
    element('span', { class: 'play', 'aria-hidden': 'true' }, '▶'),
    element('span', { class: 'length' }, length(file.duration)));
}

const length = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
const size = (bytes) => (bytes ? `${Math.max(1, Math.round(bytes / 1000))}\u00a0ko` : '');
