import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { safeText } from '../../../shared/ground/parsing.js';
import { ArchiveTable } from '../../../tasks/archive/file/archive-table.js';
import { csvHeader, csvRow } from '../../../tasks/archive/file/snapshot.js';

const table = new ArchiveTable({
  customer: 'GREYSON',
  keptColumns: ['NOTES', '@HOME'],
  sizes: ['S'],
  otherSizes: false,
  hashedColumns: new Map(),
});
const archived = { lineKey: 'key', recordUuid: 'uuid', rowHash: 'hash', mappingVersion: 'v', values: [], sizes: '' };
const rowOf = (text: string) => csvRow(['key', null, 1, 'v', text, null, 7], archived, safeText);

describe('CSV for a spreadsheet', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1-800', "'+1-800"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1+1', "'  =1+1"],
    ['\u00a0=1+1', "'\u00a0=1+1"],
    ['\t=1+1', "'\t=1+1"],
    ['＝1+1', "'＝1+1"],
    ['=HYPERLINK("x";"y")', `"'=HYPERLINK(""x"";""y"")"`],
    ['\r=1+1', `"'\r=1+1"`],
    ['-', "'-"],
    ['-12.50', '-12.50'],
    ['+5', '+5'],
    ['1=1', '1=1'],
    ["'=1+1", "'=1+1"],
    ['', '""'],
  ])('writes %j as %s', (text, field) => {
    expect(rowOf(text)).toBe(`key,uuid,hash,v,${field},,7\r\n`);
  });

  it('has no formula as a column name either', () => {
    expect(csvHeader(table, safeText)).toBe("line_key,record_uuid,row_hash,mapping_version,NOTES,'@HOME,S\r\n");
    expect(csvHeader(table)).toContain(',@HOME,');
  });

  it('has no cell that begins like a formula, and keeps every text after at most one apostrophe', () => {
    const texts = fc.array(fc.oneof(fc.constantFrom('=', '+', '-', '@', ' ', '\t', '\n', '\ufeff', '1'), fc.string()));
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.join('');
        const safe = safeText(text);
        if (!/^[+-][\d.]+$/.test(safe)) expect(safe).not.toMatch(/^\s*[=+\-@]/);
        expect([text, `'${text}`]).toContain(safe);
      }),
    );
  });
});
