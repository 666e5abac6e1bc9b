import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { draw, drawInteger } from '../../../local/board/draw.js';
import { TryAgainError } from '../../../shared/ground/errors.js';
import type { ChangeOf } from '../../helpers/batches.js';
import { insertLines, line, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing, quantities } from './pushing.js';

const SEEDS = Array.from(
  { length: Number(process.env['PUSH_SEEDS'] ?? 4) },
  (_, n) => n + Number(process.env['PUSH_FIRST_SEED'] ?? 1),
);
const LINES = 6;
const FAULTS = [
  'refuse429',
  'refuse5xx',
  'refuseHtml',
  'lock423',
  'reset',
  'resetAfterCommit',
  'partialCommit',
  'lateCommit',
  'slow',
  'truncated',
  'emptyBody',
  'readLag',
  'cacheOff',
  'fail5xxAfterCommit',
];

class Killed extends Error {}
let pushing: Pushing;

beforeAll(async () => {
  pushing = await Pushing.open();
});
afterAll(() => pushing.close());

const warehouse = () => pushing.test.warehouse;

type MakeBatch = (change: 'NEW' | 'CHANGED') => Promise<string>;

/**
 * Pushes until it is done, through faults and kills that the seed decides. A line over which the board has failed too
 * often in a row is parked; the next run takes it up.
 */
async function pushThrough(make: MakeBatch, change: 'NEW' | 'CHANGED', seed: number): Promise<void> {
  const [batchId, word] = [await make(change), change === 'NEW' ? 'load' : 'edit'];
  const rates = Object.fromEntries(FAULTS.map((fault) => [fault, draw(seed, word, fault) < 0.4 ? 0.08 : 0]));
  for (let turn = 0; turn < 6; turn++) {
    await pushing.board.control('POST', '/_faults', { seed: seed * 100 + turn, rates });
    const killAt = drawInteger(1, 20, seed, word, turn);
    let moments = 0;
    try {
      const { outputs } = await pushing.push(batchId, {
        checkpoint: () => {
          moments += 1;
          if (moments === killAt) throw new Killed();
        },
      });
      if (outputs?.['status'] === 'PUSHED') break;
    } catch (error) {
      if (!(error instanceof Killed || error instanceof TryAgainError)) throw error;
    }
  }
  await pushing.board.control('DELETE', '/_faults');
  await pushing.push(batchId);
  await pushing.push(await make('CHANGED'));
}

describe('push under random faults and kills', () => {
  it.each(SEEDS)('seed %d: the board ends as staged, without lost, duplicate or stale lines', async (seed) => {
    await pushing.startOver(['MON_Ledger', 'MON_Request', 'ORDERS_UNIFIED_SNAPSHOT', 'ORDERS_UNIFIED']);
    const numbers = Array.from({ length: LINES }, (_, n) => n + 1);
    const quantity = (n: number, size: string, version: number) => drawInteger(0, 5, seed, n, size, version);
    const sizes = (n: number, version: number) => ({
      XS: quantity(n, 'XS', version),
      S: quantity(n, 'S', version),
      M: quantity(n, 'M', version),
    });
    await insertLines(
      warehouse(),
      numbers.map((n) => line(n, { ...sizes(n, 0), NOTES: 'first' })),
    );
    const batch: MakeBatch = (change) => pushing.stage(numbers.map((n): ChangeOf => ({ line: n, change })));
    await pushThrough(batch, 'NEW', seed);
    for (const n of numbers) {
      const season = draw(seed, n, 'season') < 0.3 ? '2026 SPRING' : null;
      const NOTES = draw(seed, n, 'notes') < 0.5 ? null : 'second';
      await updateLine(warehouse(), n, { ...sizes(n, 1), NOTES, 'CUSTOMER SEASON': season });
    }
    await pushThrough(batch, 'CHANGED', seed);

    const items = await pushing.items();
    expect(items.map(({ values }) => values['line_key']?.text).sort()).toEqual(numbers.map(uuid));
    for (const n of numbers) {
      const item = await pushing.itemOf(uuid(n));
      const shown = quantities(item);
      const [before, after] = [sizes(n, 0), sizes(n, 1)];
      for (const size of ['XS', 'S', 'M'] as const) {
        const expected = after[size] > 0 || before[size] > 0 ? String(after[size]) : undefined;
        expect({ n, size, quantity: shown[size] }).toEqual({ n, size, quantity: expected });
      }
      expect(item.subitems.filter(({ state }) => state === 'active')).toHaveLength(Object.keys(shown).length);
      expect(item.values['long_text_mkr5hass']?.text ?? '').toBe(draw(seed, n, 'notes') < 0.5 ? '' : 'second');
      expect(await pushing.groupOf(item)).toBe(
        `GREYSON ${draw(seed, n, 'season') < 0.3 ? '2026 SPRING' : '2025 FALL'}`,
      );
    }
  });
});
