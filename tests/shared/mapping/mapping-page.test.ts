import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FOLDED, mappingPage } from '../../../scripts/mapping-page.js';
import { compileSizes } from '../../../shared/mapper/sizes.js';
import { readDate } from '../../../shared/mapping/dates.js';
import { fold } from '../../../shared/mapping/fold.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import { readNumber } from '../../../shared/mapping/numbers.js';
import { compileBlank } from '../../../shared/mapping/texts.js';
import { layout, makeRow, mapping } from '../lines/source-rows.js';

const isBlank = compileBlank(mapping);
const page = readFileSync('docs/mapping.md', 'utf8');

/** Rows of the first table after a line of the page, without its head: text, result, reason. */
function tableAfter(line: string): string[][] {
  const [, rest] = page.split(`\n${line}\n`);
  if (rest === undefined) throw new Error(`docs/mapping.md has no line "${line}"`);
  const [table = ''] = /(?:^\|.*\n)+/m.exec(rest) ?? [];
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').replace(/^`(.*)`$/, '$1')));
}

function quantityOf(text: string): string {
  const { sizes, absent } = compileSizes(mapping, layout)(makeRow([['S', text]]));
  return absent.length > 0 ? 'no quantity' : String(sizes[0]?.quantity ?? '');
}

describe('docs/mapping.md', () => {
  it('is the page of the shipped mapping', () => {
    expect(page).toBe(mappingPage(loadMapping()));
  });

  it.each<[string, (text: string) => string]>([
    ['## Numbers', (text) => readNumber(text) ?? 'no number'],
    [
      'With `numbers: { decimal: "," }` in the mapping, comma and point swap roles:',
      (text) => readNumber(text, ',') ?? 'no number',
    ],
    ['Quantities of sizes follow the same grammar, and must be whole and above zero:', quantityOf],
    ['## Dates', (text) => readDate(text) ?? 'no date'],
    ['With `dates: { order: dmy }`:', (text) => readDate(text, 'dmy') ?? 'no date'],
    ['## Blank words', (text) => (isBlank(String(JSON.parse(text))) ? 'blank' : 'a text')],
  ])('shows correct examples: %s', (line, read) => {
    const rows = tableAfter(line);
    expect(rows.length).toBeGreaterThan(4);
    expect(rows.map(([text = '']) => [text, read(text)])).toEqual(rows.map(([text = '', gives = '']) => [text, gives]));
  });

  it.each(FOLDED)('says correctly that %s are the same', (examples) => {
    const spellings = [...examples.matchAll(/`([^`]+)`/g)].map(
      ([, text = '']) => JSON.parse(`"${text.replaceAll('"', '\\"')}"`) as string,
    );
    expect(spellings.length).toBeGreaterThan(1);
    expect(new Set(spellings).size).toBe(spellings.length);
    expect(new Set(spellings.map(fold)).size).toBe(1);
  });
});
