// Loads the rows of a group and the details of an item when they are opened, and searches while one types.
const form = document.getElementById('choices');
const groups = document.getElementById('groups');
const matches = document.getElementById('matches');

/** The choices of the form, without the search, as a query. */
function choices() {
  const query = new URLSearchParams(new FormData(form));
  query.delete('q');
  return query;
}

async function load(source) {
  const separator = source.includes('?') ? '&' : '?';
  const response = await fetch(`/_page/${source}${separator}${choices()}`);
  if (!response.ok) throw new Error(`The board answered ${response.status}.`);
  return response.text();
}

async function fill(content) {
  if (content.dataset.loaded) return;
  content.dataset.loaded = 'true';
  try {
    content.innerHTML = await load(content.dataset.source);
  } catch (error) {
    delete content.dataset.loaded;
    content.textContent = error.message;
  }
}

// The event does not bubble, but it can be caught on its way down.
document.addEventListener(
  'toggle',
  (event) => {
    if (event.target.open) fill(event.target.querySelector(':scope > .content'));
  },
  true,
);

document.addEventListener('click', async (event) => {
  const source = event.target.dataset?.more;
  if (source === undefined) return;
  const place = event.target.closest('li');
  const list = place.parentElement;
  event.target.disabled = true;
  const first = list.children.length - 1;
  place.insertAdjacentHTML('afterend', await load(source));
  place.remove();
  list.children[first]?.querySelector('summary')?.focus();
});

let latest = 0;
async function search() {
  const words = form.elements.q.value.trim();
  latest += 1;
  const own = latest;
  matches.hidden = words === '';
  groups.hidden = words !== '';
  if (words === '') return;
  const found = await load(`search?q=${encodeURIComponent(words)}`);
  if (own === latest) matches.innerHTML = found;
}

let waiting;
form.addEventListener('input', (event) => {
  if (event.target.name !== 'q') return;
  clearTimeout(waiting);
  waiting = setTimeout(search, 30);
});

form.addEventListener('change', (event) => {
  if (event.target.name === 'q') return;
  const query = choices();
  // What was searched for is searched for again.
  if (form.elements.q.value.trim() !== '') query.set('q', form.elements.q.value);
  location.search = query;
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  search();
});

// A single group needs no click; a browser that goes back keeps the words that were typed.
const all = groups.querySelectorAll('details.group');
if (all.length === 1) all[0].open = true;
search();
