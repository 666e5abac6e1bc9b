/** `1 line`, `2 lines`: a count with its noun, or with the words that change with it (`1 line was`). */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
