import type { MappingText } from './mapping-schema.js';

/** What stands for a name in braces in the title of a group: the first of these columns that is not blank. */
export interface GroupPart {
  readonly name: string;
  readonly columns: readonly string[];
  readonly fallback: string;
  /** Where the mapping states it, and the key of its columns there. */
  readonly path: readonly string[];
  readonly key: 'season' | 'columns';
}

/** The parts of a group's title, the season first; none where the mapping has no group or one for all lines. */
export function groupParts(group: MappingText['item']['group']): GroupPart[] {
  if (group === undefined) return [];
  const { season, fallback, placeholders = {} } = group;
  const path = ['item', 'group'];
  const further = Object.entries(placeholders).map(
    ([name, part]): GroupPart => ({ name, ...part, path: [...path, 'placeholders', name], key: 'columns' }),
  );
  if (season === undefined || fallback === undefined) return further;
  return [{ name: 'season', columns: season, fallback, path, key: 'season' }, ...further];
}
