import { describe, expect, it } from '@jest/globals';
import { batchId, uuidV5 } from '../../../shared/ground/ids.js';

describe('uuidV5', () => {
  it('agrees with the example of RFC 9562', () => {
    expect(uuidV5('www.example.com', '6ba7b810-9dad-11d1-80b4-00c04fd430c8')).toBe(
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    );
  });

  it('names a batch by run and customer', () => {
    expect(batchId('run', 'A')).toBe(batchId('run', 'A'));
    expect(batchId('run', 'A')).not.toBe(batchId('run', 'B'));
  });
});
