import type { Kept } from './kept.js';
import { parseSizes } from './sizes-text.js';

/** One column or size of a line that is not as it was; null means empty, or no such size. */
export interface Difference {
  readonly kind: 'column' | 'size';
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Rule 10: what differs between two kept states of one line, both kept by `columns`: columns in their order, then sizes. */
export function differencesOf(columns: readonly string[], before: Kept, after: Kept): Difference[] {
  const differences: Difference[] = [];
  for (const [index, name] of columns.entries()) {
    const [old, now] = [before.values[index] ?? null, after.values[index] ?? null];
    if (old !== now) differences.push({ kind: 'column', name, before: old, after: now });
  }
  const [oldSizes, newSizes] = [new Map(parseSizes(before.sizes)), new Map(parseSizes(after.sizes))];
  for (const name of new Set([...newSizes.keys(), ...oldSizes.keys()])) {
    const [old, now] = [oldSizes.get(name) ?? null, newSizes.get(name) ?? null];
    if (old !== now) differences.push({ kind: 'size', name, before: old, after: now });
  }
  return differences;
}
