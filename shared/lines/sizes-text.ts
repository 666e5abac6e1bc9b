import { FixFirstError } from '../ground/errors.js';

/** A size as it is kept: its label and the exact text of its value. */
export type KeptSize = readonly [label: string, text: string];

/** Whether a size's value means that there is none: null, a blank text or any way to write zero. */
export function isNoSize(value: string | number | null | undefined): boolean {
  if (typeof value === 'number') return value === 0;
  if (value === null || value === undefined) return true;
  // By far the most common texts are told without a regular expression: this runs for every size of every row.
  if (value === '0') return true;
  const first = value.charCodeAt(0);
  if (first >= 49 && first <= 57) return false;
  return /^\s*(?:[+-]?(?:0+(?:\.0*)?|\.0+)\s*)?$/.test(value);
}

/** `S=104;M=177`, in the order given; a backslash goes before `\`, `;` and `=` in a label or value. */
export function formatSizes(sizes: readonly KeptSize[]): string {
  return sizes.map(([label, text]) => `${escapeText(label)}=${escapeText(text)}`).join(';');
}

/** The sizes of `formatSizes`, in their order. */
export function parseSizes(text: string): KeptSize[] {
  const sizes: KeptSize[] = [];
  let label: string | undefined;
  let part = '';
  const finish = () => {
    if (label === undefined)
      throw new FixFirstError(
        'SNAPSHOT_DAMAGED',
        'The kept sizes of a line cannot be read: one of them has no value. The snapshot was changed by hand: ' +
          'restore the table from its backup, or the customer from an archive.',
      );
    sizes.push([label, part]);
    label = undefined;
    part = '';
  };
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\') part += text.charAt(++index);
    else if (character === '=' && label === undefined) {
      label = part;
      part = '';
    } else if (character === ';') finish();
    else part += character;
  }
  if (text !== '') finish();
  return sizes;
}

function escapeText(text: string): string {
  return /[\\;=]/.test(text) ? text.replace(/[\\;=]/g, '\\$&') : text;
}
