import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from '../../../tasks/probe/redact.js';

const redactor = () => new Redactor(['tok-123', 'Ada Example', 'Example (Ltd.)', 'example-slug', '12345678']);

describe('the facts file of the probe', () => {
  it('has no names, in any case and place', () => {
    const text = redactor().text('ADA EXAMPLE of Example (Ltd.) at https://example-slug.monday.com, token tok-123');
    expect(text).toBe('<name> of <name> at https://<name>.monday.com, token <name>');
  });

  it('keeps words that only contain a name', () => {
    expect(new Redactor(['Al']).text('Also for Al and al')).toBe('Also for <name> and <name>');
  });

  it('has no e-mail addresses and no addresses of accounts', () => {
    expect(redactor().text('ada@example.com on other.monday.com, not api.monday.com')).toBe(
      '<email> on <account>.monday.com, not api.monday.com',
    );
  });

  it('replaces ids consistently, and leaves values unchanged', () => {
    const body = {
      account_id: 7654321,
      data: { a0: { id: '9400000001' }, complexity: { before: 19_939_999, query: 30_001 } },
      errors: [{ message: 'Item 9400000001 of 12345678901234567.89', extensions: { itemId: '9400000001' } }],
      extensions: { request_id: 'abc' },
    };
    expect(redactor().body(body)).toEqual({
      account_id: 1,
      data: { a0: { id: '2' }, complexity: { before: 19_939_999, query: 30_001 } },
      errors: [{ message: 'Item 2 of 12345678901234567.89', extensions: { itemId: '2' } }],
      extensions: { request_id: 'r' },
    });
  });

  it('shortens texts and lists, and says by how much', () => {
    const { list, text } = redactor().body({ list: [1, 2, 3, 4, 5, 6], text: 'x'.repeat(500) }) as {
      list: unknown[];
      text: string;
    };
    expect(list).toEqual([1, 2, 3, 4, '… 2 more']);
    expect(text).toMatch(/x… \(500 characters\)$/);
  });

  it('has no secret, whatever the answer', () => {
    const secrets = ['tok-123', 'Ada Example', 'example-slug'];
    const texts = fc.array(fc.oneof(fc.constantFrom(...secrets), fc.string()), { maxLength: 4 });
    const sentence = texts.map((parts) => parts.join(' '));
    fc.assert(
      fc.property(fc.object({ key: sentence, values: [sentence, fc.integer()] }), (body) => {
        const written = JSON.stringify(redactor().body(body)).toLowerCase();
        const words = written.split(/[^\p{L}\p{N}-]+/u).join(' ');
        return secrets.every((secret) => !` ${words} `.includes(` ${secret.toLowerCase()} `));
      }),
    );
  });
});
