import { createHash } from 'node:crypto';

/**
 * Search and filter of the changed lines, and everything opened for print. Without it the page only lacks these: the form is
 * hidden until it runs. It reads what is on the page and asks for nothing.
 */
export const SCRIPT = `
const form = document.getElementById('find');
if (form) {
  const found = document.getElementById('found');
  const customers = [...document.querySelectorAll('#changes details.customer')];
  const lines = customers.flatMap((customer) => [...customer.querySelectorAll('li.line')].map((item) => {
    const order = item.closest('.order');
    const about = customer.querySelector('h3').textContent + ' ' + order.querySelector('h4').textContent;
    return { item, order, customer, text: (about + ' ' + item.textContent).toLowerCase() };
  }));
  const wasOpen = new Map(customers.map((customer) => [customer, customer.open]));
  const apply = () => {
    const words = form.elements.q.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const kind = form.elements.kind.value;
    const asked = words.length > 0 || kind !== '';
    const shown = { order: new Set(), customer: new Set() };
    let count = 0;
    for (const line of lines) {
      const fits = (kind === '' || line.item.dataset.kind === kind || line.item.dataset.ending === kind) &&
        words.every((word) => line.text.includes(word));
      line.item.hidden = !fits;
      if (!fits) continue;
      count += 1;
      shown.order.add(line.order);
      shown.customer.add(line.customer);
    }
    for (const line of lines) line.order.hidden = !shown.order.has(line.order);
    for (const customer of customers) {
      customer.hidden = asked && !shown.customer.has(customer);
      customer.open = asked ? shown.customer.has(customer) : wasOpen.get(customer);
    }
    found.textContent = asked ? count + ' of the ' + lines.length + ' lines on this page' : '';
  };
  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  if (form.elements.q.value !== '' || form.elements.kind.value !== '') apply();
}
addEventListener('beforeprint', () => {
  for (const each of document.querySelectorAll('details')) each.open = true;
});
`;

/** For the Content-Security-Policy: this script runs and no other, whatever a text of the source holds. */
export const SCRIPT_HASH = `sha256-${createHash('sha256').update(SCRIPT).digest('base64')}`;
