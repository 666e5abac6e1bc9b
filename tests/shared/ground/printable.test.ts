import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { activity } from '../../../shared/ground/activity.js';
import { paragraph, printable } from '../../../shared/ground/text.js';
import { logFormat } from '../../../shared/runtime/create-log.js';

/** What forges lines, moves cursors, hides or turns text. */
const SIGNS = [
  '\n',
  '\r',
  '\r\n',
  '\t',
  '\u001b[2J',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u200f',
  '\u200b',
  '\ud800',
];
const FORGED = '::{"outputs":{"customers":["FORGED"]}}::';
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.oneof(fc.constantFrom(...SIGNS, FORGED, '::', ' ', '\\'), fc.string()), { maxLength: 8 })
    .map((parts) => parts.join('')),
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;

describe('external text', () => {
  it.each([
    [`X\n${FORGED}`, `X\\u000a${FORGED}`],
    [FORGED, `\\u003a${FORGED.slice(1)}`],
    ['\u001b[31mred', '\\u001b[31mred'],
    ['a\u2028b\u0085c', 'a\\u2028b\\u0085c'],
    ['GREYSON\u202e CLOTHIERS', 'GREYSON\\u202e CLOTHIERS'],
    ['TEL\u200bFAR', 'TEL\\u200bFAR'],
    ['CAFÉ 東京 😀', 'CAFÉ 東京 😀'],
    ['👩‍👩‍👧 👩🏽‍🏭 🏳️‍🌈', '👩‍👩‍👧 👩🏽‍🏭 🏳️‍🌈'],
    ['می\u200cخواهم क्\u200dष', 'می\u200cخواهم क्\u200dष'],
    ['A\u200dB \u200d😀 😀\u200d', 'A\\u200dB \\u200d😀 😀\\u200d'],
  ])('%j is printed as %s', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('cannot end its line, imitate an outputs line, or reverse and hide other text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const line = printable(text);
        expect(line).not.toMatch(UNSAFE);
        expect(line.startsWith('::')).toBe(false);
        expect(printable(line)).toBe(line);
      }),
    );
  });

  it('inside a line of JSON leaves the JSON intact', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const value = { customer: text };
        expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
      }),
    );
  });

  it('in a message of several lines cannot imitate another message', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const [first = '', ...rest] = paragraph(text).split('\n');
        expect([first, ...rest].join('')).not.toMatch(UNSAFE);
        expect(first.startsWith('::')).toBe(false);
        for (const line of rest) expect(line).toMatch(/^$|^ {4}/);
      }),
    );
  });
});

describe('the log as kestra', () => {
  const format = logFormat('kestra');
  const lineOf = (level: string, message: string, fields: Record<string, unknown> = {}): string => {
    const info = format.transform({ level, message, ...fields });
    return String((info as Record<symbol, unknown>)[Symbol.for('message')]);
  };

  it.each(['error', 'warn', 'info', 'debug'])('has the level %s in capitals, as Kestra requires', (level) => {
    expect(lineOf(level, 'Staged 3 changes.')).toBe(
      `::{"logs":[{"level":"${level.toUpperCase()}","message":"Staged 3 changes."}]}::`,
    );
  });

  it('begins with the sentence, followed by where it happened', () => {
    const line = lineOf('warn', 'Refused.', { batchId: 'b', requestId: undefined, lines: 3 });
    expect(JSON.parse(line.slice(2, -2))).toEqual({
      logs: [{ level: 'WARN', message: 'Refused. (batchId=b, lines=3)' }],
    });
  });

  it("names run and batch in each line only if no execution does, and a line's own fields take precedence", () => {
    activity.about = { runId: 'r', batchId: 'b' };
    try {
      expect(lineOf('info', 'Waiting.')).not.toContain('runId');
      const line = logFormat('json').transform({ level: 'info', message: 'Waiting.', batchId: 'other' });
      const text = String((line as Record<symbol, unknown>)[Symbol.for('message')]);
      expect(JSON.parse(text)).toMatchObject({ message: 'Waiting.', runId: 'r', batchId: 'other' });
    } finally {
      activity.about = {};
    }
  });

  it('is one line of ASCII per entry, whatever the names of customers and databases', () => {
    fc.assert(
      fc.property(texts, texts, (message, customer) => {
        const line = lineOf('warn', message, { customer });
        expect(line).toMatch(/^::\{"logs":\[\{[\x20-\x7e]*\}\]\}::$/);
        const { logs, ...others } = JSON.parse(line.slice(2, -2)) as { logs: { level: string; message: string }[] };
        expect([others, logs.length, logs[0]?.level]).toEqual([{}, 1, 'WARN']);
        expect((logs[0]?.message ?? '').replaceAll('\n', '')).not.toMatch(UNSAFE);
      }),
    );
  });
});

describe.each(['json', 'pretty'] as const)('the log as %s', (form) => {
  const format = logFormat(form);
  const lineOf = (message: string, fields: Record<string, unknown>): string => {
    const info = format.transform({ level: 'warn', message, ...fields });
    return String((info as Record<symbol, unknown>)[Symbol.for('message')]);
  };

  it('has one message per entry, whatever the names of customers and databases', () => {
    fc.assert(
      fc.property(texts, texts, (message, customer) => {
        const [first = '', ...rest] = lineOf(message, { customer, stack: `${message}\n${customer}` }).split('\n');
        expect([first, ...rest].join('')).not.toMatch(UNSAFE);
        expect(first).toMatch(form === 'json' ? /^\{.*\}$/ : /^\d{4}-\d\d-\d\dT\S+ warn /);
        for (const line of rest) expect(line).toMatch(/^$|^ {4}/);
        if (form === 'json') {
          expect(rest).toEqual([]);
          expect(JSON.parse(first)).toMatchObject({
            message: message,
            customer: customer,
          });
        }
      }),
    );
  });
});
