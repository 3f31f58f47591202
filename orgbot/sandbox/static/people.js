// Who holds a phone: anyone that this Telegram knows, or someone new.
import { element, post } from './api.js';

const NEW = 'new';
const dialog = document.getElementById('newcomer');
const form = dialog.querySelector('form');
let asker = null;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { chat } = await post('/sandbox/people', { first_name: form.elements.first_name.value.trim() || 'Dominique' });
  dialog.close();
  await asker.choose(chat.id);
});
form.querySelector('.plain').addEventListener('click', () => dialog.close());

export function holder(phone, select) {
  select.addEventListener('change', () => {
    const { value } = select;
    select.value = String(phone.chat);
    if (value !== NEW) return phone.choose(Number(value));
    asker = phone;
    return dialog.showModal();
  });
  return (chats) => {
    const people = chats.filter((chat) => chat.type === 'private');
    select.replaceChildren(
      ...people.map((chat) => element('option', { value: chat.id }, chat.name)),
      element('option', { value: NEW }, 'Ajouter une personne…'));
    select.value = String(phone.chat);
  };
}
