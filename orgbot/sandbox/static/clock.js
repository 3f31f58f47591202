// The bot's clock: shown, and pushed forward.
import { follow, get, longTimeOf, post, present, shortTimeOf } from './api.js';

// Each in seconds, from what the server says of the present.
const JUMPS = { hour: () => 3600, day: () => 24 * 3600, monday: (state) => state.monday };

export function clock(panel, opener) {
  const trouble = panel.querySelector('.trouble');
  const show = () => {
    const now = present();
    opener.querySelector('time').textContent = shortTimeOf(now);
    opener.setAttribute('aria-label', `Horloge du bot\u00a0: ${longTimeOf(now)}`);
    panel.querySelector('time').textContent = longTimeOf(now);
  };
  const tell = (state) => {
    follow(state);
    panel.querySelector('.ahead').textContent = state.ahead ? `En avance de ${span(state.ahead)} sur l’heure réelle.` : 'À l’heure réelle.';
    show();
  };
  for (const button of panel.querySelectorAll('[data-jump]')) {
    button.addEventListener('click', async () => {
      trouble.textContent = '';
      try {
        const state = await get('/sandbox/clock');
        tell(await post('/sandbox/clock', { forward: JUMPS[button.dataset.jump](state) }));
      } catch (error) {
        trouble.textContent = error.message;
      }
    });
  }
  setInterval(show, 5000);
  return async () => tell(await get('/sandbox/clock'));
}

function span(seconds) {
  const minutes = Math.round(seconds / 60);
  const parts = [[Math.floor(minutes / 1440), 'jour'], [Math.floor(minutes / 60) % 24, 'heure'], [minutes % 60, 'minute']];
  return parts.filter(([count]) => count).map(([count, name]) => `${count}\u00a0${name}${count > 1 ? 's' : ''}`).join(' ');
}
