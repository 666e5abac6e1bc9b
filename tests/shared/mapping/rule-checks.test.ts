import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseMapping } from '../../../shared/mapping/mapping.js';

const SHIPPED = readFileSync('sql/mappings/customer-orders.yaml', 'utf8');

/** The shipped mapping with a scope of these tests, and with one blank word more. */
function withTests(tests: string, blankWord = ''): () => unknown {
  const scope = `\nscope: { column: ORDER TYPE, ${tests} }\n\n`;
  const text = SHIPPED.replace(/\nscope:\n[\s\S]*?\n\n/, scope).replace(/^blank: .*$/m, (line) =>
    blankWord === '' ? line : `blank: [${blankWord}]`,
  );
  expect(text).toContain(scope);
  return () => parseMapping(text, 'x');
}

describe('tests of one column are refused when no text passes them together:', () => {
  it.each([
    'blank: true, in: [ACTIVE, CANCELLED]',
    'in: [CANCELLED], not_in: [cancelled]',
    'in: [CANCELLED], after: 2025-01-01',
    'in: [2024-01-01, 2025-01-01], after: 2025-01-01',
    'in: [2025-01-01], before: 2025-01-01',
    'in: [""], after: 2025-01-01',
    'in: [2025-03-01], not_in: [2025-03-01], after: 2025-01-01',
    'blank: true, after: 2025-01-01',
  ])('%s', (tests) => {
    expect(withTests(tests)).toThrow('holds for no line');
  });

  it.each(['2025-01-02', '2025-01-01', '2024-12-31'])('after 2025-01-01 and before %s', (before) => {
    expect(withTests(`after: 2025-01-01, before: ${before}`)).toThrow(
      `no day is after 2025-01-01 and before ${before}`,
    );
  });
});

describe('tests of one column are taken when a text passes them together:', () => {
  it.each([
    'after: 2025-01-01, before: 2025-01-03',
    'after: 2024-02-28, before: 2024-03-01',
    'in: [CANCELLED, 2025-01-02], after: 2025-01-01',
    'in: [01/02/2025 13:45], after: 2025-01-01, before: 2025-01-03',
    'in: ["jan  2,  2025"], after: 2025-01-01',
    'blank: false, after: 2025-01-01',
    'not_in: [2025-01-02], after: 2025-01-01',
  ])('%s', (tests) => {
    expect(withTests(tests)).not.toThrow();
  });

  it('a blank word that is a day', () => {
    expect(withTests('blank: true, before: 1900-01-02', '1900-01-01')).not.toThrow();
  });
});
