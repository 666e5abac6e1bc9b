/** Consecutive parts of a list, each of `size` values but the last. */
export function* chunks<Value>(values: readonly Value[], size: number): Generator<readonly Value[]> {
  for (let start = 0; start < values.length; start += size) yield values.slice(start, start + size);
}
