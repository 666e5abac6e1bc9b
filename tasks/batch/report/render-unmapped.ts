import { type Html, html } from '../../../shared/ground/html.js';
import { unmappedName } from '../../../shared/mapper/unmapped.js';
import { formatNumber } from './format.js';
import type { Report } from './read-report.js';

/** Names and words that keep lines out of scope although the mapping does not know them. */
export function renderUnmapped({ run: { told } }: Report): Html | null {
  if (told.unmapped.length === 0) return null;
  return html`<section id="unmapped"><h2>Names nobody knows</h2>
<p class="quiet">The mapping does not know these names and words, so their lines are out of scope: what the board shows of them is no longer updated. Add them to the mapping, correct the source, or list them under <code>out_of_scope</code>.</p>
<table class="cards"><thead><tr><th scope="col">name or word</th><th scope="col">lines</th><th scope="col">on the board</th><th scope="col">nearest</th></tr></thead>
<tbody>
${told.unmapped.map(
  (
    each,
  ) => html`<tr><th scope="row">${unmappedName(each)}</th><td data-label="lines">${formatNumber(each.lines)}</td><td data-label="on the board">${formatNumber(each.known)}</td><td data-label="nearest">${each.nearest ?? '–'}</td></tr>
`,
)}</tbody></table>
</section>
`;
}
