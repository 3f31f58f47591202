// The small panel that makes the bot's next calls fail.
import { element, get, post } from './api.js';

const FAULTS = {
  429: { error_code: 429, retry_after: 5 },
  500: { error_code: 500 },
  400: { error_code: 400, description: 'Bad Request: chat not found' },
  403: { error_code: 403, description: 'Forbidden: bot was blocked by the user' },
  lost: { drop_response: true },
  slow: { delay: 5 },
};

export function faults(panel, counter) {
  const form = panel.querySelector('form');
  const list = panel.querySelector('.coming');
  const show = ({ faults: coming }) => {
    counter.hidden = !coming.length;
    counter.textContent = coming.length;
    list.replaceChildren(...coming.map((fault) => element('li', {}, describe(fault))));
  };
  const act = (doing) => doing.then(show).catch((error) => list.replaceChildren(element('li', {}, error.message)));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { fault, method, times } = Object.fromEntries(new FormData(form));
    act(post('/sandbox/faults', { ...FAULTS[fault], method, times: Number(times) }));
  });
  panel.querySelector('#clear-faults').addEventListener('click', () => {
    act(fetch('/sandbox/faults', { method: 'DELETE' }).then((answer) => answer.json()));
  });
  return () => act(get('/sandbox/faults'));
}

function describe(fault) {
  const what = fault.drop_response ? 'réponse perdue'
    : fault.error_code ? `erreur ${fault.error_code}` : `${fault.delay}\u00a0s de lenteur`;
  const times = fault.times == null ? 'jusqu’à nouvel ordre' : `encore ${fault.times}\u00a0fois`;
  return `${fault.method === '*' ? 'tous les appels' : fault.method}\u00a0: ${what}, ${times}`;
}
