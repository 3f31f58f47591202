// The menu of what can be sent that is not text: samples, since nothing leaves this machine.
import { element, menu } from './api.js';

// The last column: whether words can go with it.
const KINDS = [
  ['photo', '🖼', 'Photo d’essai', true], ['voice', '🎤', 'Message vocal', true], ['video', '🎬', 'Vidéo', true],
  ['audio', '🎵', 'Audio', true], ['document', '📄', 'Document', true], ['sticker', '👍', 'Autocollant', false],
  ['location', '📍', 'Position', false],
];

export function attachments(list, opener, send) {
  const opened = menu(list, opener);
  list.append(...KINDS.map(([kind, icon, words, isCaptioned]) => element('button', {
    type: 'button', role: 'menuitem', onclick: () => { opened.close(true); send(kind, isCaptioned); },
  }, element('span', { 'aria-hidden': 'true' }, icon), words)));
}
