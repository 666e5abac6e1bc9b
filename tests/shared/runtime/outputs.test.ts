import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kestraLine } from '../../../shared/runtime/outputs.js';

describe('the outputs line', () => {
  it("is one ASCII line that parses back completely, whatever the customer's name", () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (customer) => {
        const line = kestraLine({ outputs: { customer } });
        expect(line).toMatch(/^::\{[\x20-\x7e]*\}::\n$/);
        expect(JSON.parse(line.slice(2, -3))).toEqual({ outputs: { customer } });
      }),
    );
  });
});
