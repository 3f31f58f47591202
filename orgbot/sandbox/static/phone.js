// One person's Telegram: her chat with the bot.
import { Answering } from './answering.js';
import { attachments } from './attachments.js';
import { dayOf, element, get, menu, post } from './api.js';
import { bubble } from './message.js';
import { holder } from './people.js';

const ACTING = { typing: 'écrit…', upload_photo: 'envoie une photo…', upload_document: 'envoie un document…' };
// Telegram shows an action for five seconds.
const ACTION_LIFE = 5000;
const SPINNER_LIFE = 15000;

export class Phone {
  constructor(seat, shared) {
    this.chat = Number(seat.dataset.chat);
    this.isDirector = seat.dataset.role === 'direction';
    this.seat = seat;
    this.shared = shared;
    this.messages = new Map();
    this.payload = '';
    seat.append(document.getElementById('phone').content.cloneNode(true));
    const part = (selector) => seat.querySelector(selector);
    Object.assign(this, {
      list: part('.messages'), scroll: part('.scroll'), blank: part('.blank'), typing: part('.typing'),
      status: part('.status'), toasts: part('.toasts'), composer: part('.composer'), input: part('textarea'),
      slash: part('.slash'), startButton: part('.start'), unblock: part('.unblock'), blockSwitch: part('.block'),
      commands: part('.commands'), attach: part('.attach'),
    });
    this.scroll.setAttribute('aria-label', `Messages : ${seat.querySelector('h2').firstChild.data.trim()}`.replace(' :', '\u00a0:'));
    this.answering = new Answering(part('.answering'), this.input);
    this.held = holder(this, part('.holder select'));
    this.wire();
  }

  wire() {
    this.composer.addEventListener('submit', (event) => { event.preventDefault(); this.submit(); });
    this.input.addEventListener('keydown', (event) => this.key(event));
    this.input.addEventListener('input', () => { this.grow(); this.suggest(); });
    this.startButton.addEventListener('click', () => this.start());
    this.unblock.addEventListener('click', () => this.block(false));
    this.blockSwitch.addEventListener('click', () => this.block(this.blockSwitch.getAttribute('aria-checked') !== 'true'));
    this.scroll.addEventListener('scrollend', () => { this.falling = false; });
    this.commandMenu = menu(this.commands, this.slash);
    this.slash.addEventListener('click', () => this.filter(''), true);
    attachments(this.attach, this.seat.querySelector('.clip'), (kind, isCaptioned) => this.send(kind, isCaptioned));
  }

  // What the server says

  describe(state) {
    const chat = state.chats.find((one) => one.id === this.chat);
    this.bot = state.bot;
    this.held(state.chats);
    this.seat.querySelector('.who strong').textContent = state.bot.first_name;
    this.blank.querySelector('p').textContent = state.bot.description || 'Écris-lui pour le savoir.';
    this.blocked = chat.blocked;
    this.blockSwitch.setAttribute('aria-checked', String(chat.blocked));
    this.fillCommands(chat.commands);
    this.refresh();
  }

  async load() {
    const { chat } = this;
    const { messages } = await get(`/sandbox/chats/${chat}`);
    if (chat !== this.chat) return;
    this.messages = new Map(messages.filter((one) => !one.deleted).map((one) => [one.message_id, one]));
    this.started = false;
    this.redraw();
    this.refresh();
  }

  redraw() {
    this.list.replaceChildren();
    for (const message of this.messages.values()) this.place(message);
    this.bottom(true);
  }

  put(message) {
    const near = this.near();
    const fresh = !this.messages.has(message.message_id);
    this.messages.set(message.message_id, message);
    if (message.from.is_bot) this.rest();
    else if (fresh && this.isDirector && message.text && !message.text.startsWith('/')) {
      this.shared.said(message.text);
    }
    const made = this.place(message);
    if (fresh) made.classList.add('fresh');
    this.refresh();
    if (near || !message.from.is_bot) this.bottom();
  }

  near() {
    return this.falling || this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 120;
  }

  place(message) {
    const made = bubble(message, this.acts());
    const old = this.row(message.message_id);
    if (old) { old.replaceWith(made); return made; }
    const day = dayOf(message.date);
    const last = [...this.list.querySelectorAll('.day')].pop();
    if (last?.textContent !== day) this.list.append(element('li', { class: 'day' }, day));
    this.list.append(made);
    return made;
  }

  remove(message) {
    this.messages.delete(message.message_id);
    this.row(message.message_id)?.remove();
    if (this.answering.id === message.message_id) this.answering.stop();
    this.refresh();
  }

  row(id) {
    return this.list.querySelector(`[data-id="${id}"]`);
  }

  action({ action }) {
    this.status.textContent = ACTING[action] ?? 'écrit…';
    this.typing.hidden = false;
    this.bottom();
    clearTimeout(this.acting);
    this.acting = setTimeout(() => this.rest(), ACTION_LIFE);
  }

  rest() {
    clearTimeout(this.acting);
    this.status.textContent = 'bot';
    this.typing.hidden = true;
  }

  toast({ text, alert, message_id: id }) {
    this.list.querySelectorAll(`[data-id="${id}"] .key.busy`).forEach((key) => key.classList.remove('busy'));
    if (text && alert) this.shared.alert(text);
    else if (text) this.notice(text);
  }

  // What the person does

  acts() {
    return {
      username: this.bot?.username,
      say: (text) => this.say(text),
      start: (payload) => this.offer(payload),
      tap: (id, data, key) => this.tap(id, data, key),
      reply: (message) => this.reply(message),
      show: (id) => this.show(id),
      why: this.shared.explains && this.isDirector ? this.shared.why : null,
    };
  }

  async act(doing) {
    try {
      await doing;
      this.shared.sent();
    } catch (error) {
      this.notice(error.message);
    }
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = '';
    this.grow();
    this.commandMenu.close();
    this.say(text, this.answering.take());
  }

  say(text, answered) {
    this.act(post('/sandbox/say', { chat: this.chat, text, reply_to: answered }));
  }

  // What is being written goes along, as from a real phone.
  send(kind, isCaptioned) {
    const caption = isCaptioned ? this.input.value.trim() : '';
    if (caption) { this.input.value = ''; this.grow(); }
    this.act(post('/sandbox/send', { chat: this.chat, kind, caption, reply_to: this.answering.take() }));
  }

  reply(message) {
    const near = this.near();
    this.answering.begin(message);
    if (near) this.bottom(true);
  }

  show(id) {
    const row = this.row(id);
    if (!row) return this.notice('Ce message n’est plus là.');
    row.scrollIntoView({ block: 'center', behavior: 'smooth' });
    row.focus({ preventScroll: true });
    row.classList.remove('fresh', 'found');
    // Read so that the highlight begins anew.
    void row.offsetWidth;
    row.classList.add('found');
    return row;
  }

  async choose(chat) {
    this.chat = chat;
    this.answering.stop();
    this.rest();
    this.describe(await get('/sandbox/state'));
    await this.load();
  }

  start() {
    const payload = this.payload;
    this.payload = '';
    this.started = true;
    this.say(payload ? `/start ${payload}` : '/start');
    this.refresh();
    this.input.focus();
  }

  offer(payload) {
    this.payload = payload;
    this.refresh();
    this.notice('Pour ouvrir ce lien comme quelqu’un d’autre, choisis cette personne en haut du téléphone.');
    this.startButton.focus();
  }

  tap(id, data, key) {
    key.classList.add('busy');
    setTimeout(() => key.classList.remove('busy'), SPINNER_LIFE);
    this.act(post('/sandbox/tap', { chat: this.chat, message_id: id, data }));
  }

  block(blocked) {
    this.act(post('/sandbox/block', { chat: this.chat, blocked }));
  }

  key(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === 'Escape') {
      if (this.commands.hidden) this.answering.stop();
      this.commandMenu.close();
    }
    if (event.key === 'ArrowUp' && !this.commands.hidden) {
      event.preventDefault();
      [...this.commands.querySelectorAll('button:not([hidden])')].pop()?.focus();
    }
  }

  fillCommands(commands) {
    this.slash.hidden = !commands.length;
    this.commands.replaceChildren(...commands.map(({ command, description }) => element('button', {
      type: 'button', role: 'menuitem', 'data-command': `/${command}`,
      onclick: () => { this.commandMenu.close(); this.input.value = ''; this.say(`/${command}`); this.input.focus(); },
    }, element('b', {}, `/${command}`), description)));
  }

  filter(typed) {
    const buttons = [...this.commands.querySelectorAll('button')];
    for (const button of buttons) button.hidden = !button.dataset.command.startsWith(typed);
    return buttons.some((button) => !button.hidden);
  }

  suggest() {
    if (/^\/\w*$/.test(this.input.value) && this.filter(this.input.value)) this.commandMenu.open();
    else this.commandMenu.close();
  }

  grow() {
    this.input.style.height = 'auto';
    this.input.style.height = `${Math.min(140, this.input.scrollHeight)}px`;
  }

  refresh() {
    const empty = this.messages.size === 0;
    this.blank.hidden = !empty;
    const start = !this.blocked && ((empty && !this.started) || Boolean(this.payload));
    this.startButton.hidden = !start;
    this.unblock.hidden = !this.blocked;
    this.composer.hidden = start || this.blocked;
    if (this.composer.hidden) this.answering.stop();
    this.blockSwitch.querySelector('.words').textContent = this.blocked ? 'Bloqué' : 'Bloquer';
  }

  notice(text) {
    const toast = element('div', { class: 'toast' }, text);
    this.toasts.append(toast);
    setTimeout(() => toast.remove(), 4500);
  }

  bottom(now = false) {
    this.falling = !now;
    requestAnimationFrame(() => this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: now ? 'instant' : 'smooth' }));
  }
}
