// The bar above the composer: the message that the next one will reply to.
import { summary } from './media.js';

export class Answering {
  constructor(bar, input) {
    this.bar = bar;
    this.input = input;
    this.id = undefined;
    bar.querySelector('.cancel').addEventListener('click', () => { this.stop(); input.focus(); });
  }

  begin(message) {
    this.id = message.message_id;
    this.bar.querySelector('strong').textContent = `Réponse à ${message.from.first_name}`;
    this.bar.querySelector('p span').textContent = summary(message);
    this.bar.hidden = false;
    this.input.focus();
  }

  stop() {
    this.id = undefined;
    this.bar.hidden = true;
  }

  // The message's number, once.
  take() {
    const { id } = this;
    this.stop();
    return id;
  }
}
