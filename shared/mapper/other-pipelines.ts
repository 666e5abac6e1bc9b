/** The key column of a board, and those of other pipelines on it. */
interface KeyColumns {
  id: string;
  others: readonly string[];
}

/** The columns to read of an item to know whose it is. */
export const keyColumns = ({ id, others }: KeyColumns): string[] => [id, ...others];

/**
 * Whether an item belongs to another pipeline of the board: it carries that one's key, and none of ours. Such items are
 * neither foreign nor without a key, whatever orders they show.
 */
export function isOfOther(
  key: KeyColumns,
  { values }: { values: ReadonlyMap<string, { text: string | null }> },
): boolean {
  const has = (column: string): boolean => (values.get(column)?.text ?? '').trim() !== '';
  return !has(key.id) && key.others.some(has);
}
