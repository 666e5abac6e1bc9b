import { describe, expect, it } from '@jest/globals';
import { remembering } from '../../../shared/ground/remember.js';

/** A function that counts its calls. */
function counted() {
  const calls = { count: 0 };
  const read = remembering((text) => {
    calls.count += 1;
    return { text };
  });
  return { calls, read };
}

describe('remembering', () => {
  it('asks once for a text that comes often', () => {
    const { calls, read } = counted();
    for (let n = 0; n < 100; n++) expect(read('ACTIVE')).toEqual({ text: 'ACTIVE' });
    expect(calls.count).toBe(1);
  });

  it('asks again and again where most texts are different, and still answers right', () => {
    const { calls, read } = counted();
    for (let n = 0; n < 5_000; n++) expect(read(String(n)).text).toBe(String(n));
    for (let n = 0; n < 10; n++) read('4999');
    expect(calls.count).toBe(5_010);
  });

  it('forgets texts where there are more than it may hold, and answers right', () => {
    const { calls, read } = counted();
    for (let n = 0; n < 1_000; n++) for (let again = 0; again < 5; again++) read(`frequent ${n}`);
    for (let n = 0; n < 1_000; n++) for (let again = 0; again < 5; again++) read(`later ${n}`);
    expect(calls.count).toBe(2_000);
    expect(read('frequent 1').text).toBe('frequent 1');
    expect(calls.count).toBe(2_001);
  });

  it('counts a text that comes many times in a row as one that comes often', () => {
    const { calls, read } = counted();
    for (let n = 0; n < 2_000; n++)
      for (let again = 0; again < 5; again++) expect(read(`run ${n}`).text).toBe(`run ${n}`);
    expect(calls.count).toBe(2_000);
  });

  it('does not hold long texts', () => {
    const { calls, read } = counted();
    const long = 'x'.repeat(101);
    expect([read(long).text, read(long).text]).toEqual([long, long]);
    expect(calls.count).toBe(2);
  });
});
