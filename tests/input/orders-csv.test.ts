import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ordersFromCsv } from '../../local/orders/csv-orders.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orders-csv-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The orders of a file: its columns, and the values of its rows without the uuid that each line is given. */
async function load(content: string | Buffer): Promise<{ names: string[]; rows: unknown[][] }> {
  const path = join(folder, 'orders.csv');
  writeFileSync(path, content);
  const orders = await ordersFromCsv(path);
  const rows: unknown[][] = [];
  for await (const row of orders.rows()) rows.push([...row]);
  return { names: orders.columns.map(({ name }) => name), rows };
}

const NAMES = ['AAG ORDER NUMBER', 'UNIT OF MEASURE', 'S', 'TOTAL QTY'];
const PLAIN = 'AAG ORDER NUMBER,UNIT OF MEASURE,S,TOTAL QTY\n001,PCE,5,5\n';
const utf16 = (text: string, bigEndian: boolean): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

describe('an order file is read as a spreadsheet reads it', () => {
  it.each<[string, string | Buffer]>([
    ['plain', PLAIN],
    ['with a byte order mark', `\ufeff${PLAIN}`],
    ['with CR LF', PLAIN.replaceAll('\n', '\r\n')],
    ['with CR', PLAIN.replaceAll('\n', '\r')],
    ['without a final line end', PLAIN.trimEnd()],
    ['in UTF-16, little endian', utf16(PLAIN, false)],
    ['in UTF-16, big endian', utf16(PLAIN, true)],
    ['in UTF-16 with tabs, as Excel saves Unicode text', utf16(PLAIN.replaceAll(',', '\t'), false)],
    ['with semicolons', PLAIN.replaceAll(',', ';')],
    ['with tabs', PLAIN.replaceAll(',', '\t')],
    ['with sep=,', `sep=,\n${PLAIN}`],
    ['with sep=; and CR LF', `sep=;\r\n${PLAIN.replaceAll(',', ';').replaceAll('\n', '\r\n')}`],
    ['with sep=| and a mark', `\ufeffSEP=|\n${PLAIN.replaceAll(',', '|')}`],
    ['with "sep=;" in quotes', `"sep=;"\n${PLAIN.replaceAll(',', ';')}`],
    ['with blank lines before the names', `\n\n,,,\n${PLAIN}`],
    ['with blank rows at the end', `${PLAIN},,,\n" ",,,\n\n`],
    ['with blank columns at the end', PLAIN.replaceAll('\n', ',,\n')],
    ['with names in another case', PLAIN.replace('AAG ORDER NUMBER', 'Aag Order Number').replace(',S,', ',s,')],
    ['with blanks around names', PLAIN.replace('UNIT OF MEASURE', ' UNIT OF MEASURE  ')],
    ['with two blanks in a name', PLAIN.replace('UNIT OF', 'UNIT  OF')],
    ['with a no-break space in a name', PLAIN.replace('UNIT OF', 'UNIT\u00a0OF')],
    ['with a line break in a name', PLAIN.replace('TOTAL QTY', '"TOTAL\r\nQTY"')],
    ['with a zero-width character in a name', PLAIN.replace('TOTAL QTY', 'TOTAL\u200b QTY')],
    ['with a formula instead of a text', PLAIN.replace('001', '="001"')],
    ['with a formula instead of a text, in quotes', PLAIN.replace('001', '"=""001"""')],
    ['with quoted values', PLAIN.replace('001,PCE', '"001","PCE"')],
  ])('%s', async (_, content) => {
    const { names, rows } = await load(content);
    expect(names).toEqual([...NAMES, 'record_uuid']);
    expect(rows.map((row) => row.slice(0, 4))).toEqual([['001', 'PCE', 5, 5]]);
  });

  it('with line breaks, separators and quotes inside a value', async () => {
    const { rows } = await load(PLAIN.replace('001', '"a;b,\r\n""c"""'));
    expect(rows[0]?.[0]).toBe('a;b,\r\n"c"');
  });

  it('keeps a text that only begins like a formula', async () => {
    for (const text of ['=', '=""', '=A1', '="a"b"', '== urgent'])
      expect((await load(PLAIN.replace('001', `"${text.replaceAll('"', '""')}"`))).rows[0]?.[0]).toBe(
        text === '=""' ? '' : text,
      );
  });
});

describe('an order file is refused with line, column and the closest name', () => {
  const UUIDS = `record_uuid,${PLAIN}`.replace('\n001', '\n6.80E+12,001');
  it.each<[string, string | Buffer, RegExp]>([
    [
      'a repeated name',
      PLAIN.replace(',S,', ',TOTAL QTY,'),
      /line 1: "TOTAL QTY" names column 3 \(C\) and column 4 \(D\)/,
    ],
    ['a repeated name in another case', PLAIN.replace('S,', 'S,s,'), /"S" names column 3 \(C\) and column 4 \(D\)/],
    ['a column without a name', PLAIN.replace(',S,', ',,'), /line 1: column 3 \(C\) has no name/],
    ['a value after the last column', PLAIN.replace('5,5', '5,5,x'), /line 2: 5 fields where the first line names 4/],
    ['a truncated row', PLAIN.replace(',5,5', ',5'), /line 2: 3 fields where the first line names 4/],
    [
      'a misspelled marker column',
      PLAIN.replace('MEASURE', 'MEASUR'),
      /"UNIT OF MEASURE" is missing; column 2 \(B\) "UNIT OF MEASUR" is near/,
    ],
    ['a missing marker column', PLAIN.replace('TOTAL QTY', 'SUM'), /the column "TOTAL QTY" is missing\./],
    [
      'a misspelled name',
      PLAIN.replace('ORDER NUMBER', 'ORDR NUMBER'),
      /column 1 \(A\) "AAG ORDR NUMBER" is not known and looks like "AAG ORDER NUMBER"/,
    ],
    [
      'a uuid that became a number',
      UUIDS,
      /line 2: column 1 \(A\) "record_uuid" holds 6\.80E\+12, a number that a spreadsheet has shortened/,
    ],
    ['an invalid uuid', UUIDS.replace('6.80E+12', '77'), /"77" in column 1 \(A\) "record_uuid" is not a UUID/],
    [
      'an order number that became a number',
      PLAIN.replace('001', '4.7E+11'),
      /column 1 \(A\) "AAG ORDER NUMBER" holds 4\.7E\+11/,
    ],
    ['an error value', PLAIN.replace('PCE', '#N/A'), /line 2: column 2 \(B\) "UNIT OF MEASURE" holds #N\/A/],
    ['a cell that was too narrow', PLAIN.replace('PCE', '########'), /holds ########/],
    ['a NUL', PLAIN.replace('PCE', 'P\u0000E'), /column 2 \(B\) "UNIT OF MEASURE" holds a NUL/],
    ['UTF-16 without a mark', Buffer.from(PLAIN, 'utf16le'), /is missing|NUL|UTF-8/],
    [
      'another encoding',
      Buffer.from(PLAIN.replace('PCE', 'PI\u00c8CE'), 'latin1'),
      /is not in UTF-8. Save it as "CSV UTF-8"/,
    ],
    ['an unclosed quote', PLAIN.replace('PCE', '"PCE'), /line 2: the field that begins with a quote never ends/],
    ['text after a quote', PLAIN.replace('PCE', '"PCE"x'), /line 2: there is text after the closing quote/],
    ['only names', `${NAMES.join(',')}\n`, /holds no order lines/],
    ['nothing', '', /is empty/],
    ['a spreadsheet itself', Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0xfe, 0]), /is not in UTF-8/],
  ])('%s', async (_, content, message) => {
    await expect(load(content)).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
  });
});
