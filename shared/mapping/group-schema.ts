import { z } from 'zod';
import { anyText, count, explained, names, text } from './forms.js';
import { NAME_LENGTH } from './rules.js';

/** A name in braces in the title of a group. */
export const PLACEHOLDER = /\{[^{}]+\}/g;

const placeholder = z.strictObject({
  columns: explained(names, 'Source columns; the text of the first that is not blank stands in the title.', [
    'REGION',
    'COUNTRY',
  ]),
  fallback: explained(text, 'What stands there where every one of them is blank.', 'ELSEWHERE'),
});

const hasSeason = (group: { title?: unknown } | undefined): boolean =>
  typeof group?.title === 'string' && group.title.includes('{season}');

/** The group that an item stands in, as the mapping states it. */
export const groupSchema = z
  .strictObject({
    title: explained(
      text,
      'The title of the group. `{customer}` is the customer in upper case, `{season}` the season, and each name of `placeholders` in braces what its columns say. A title without any of them is one group for all items.',
      '{customer} {season}',
      'ORDERS',
    ),
    season: explained(
      names.optional(),
      'Source columns of the season; the first that is not blank counts. Given with `fallback`, and where the title has `{season}`.',
      ['CUSTOMER SEASON', 'AAG SEASON'],
    ),
    fallback: explained(
      text.optional(),
      'What stands for the season where every one of them is blank.',
      'UNKNOWN SEASON',
    ),
    placeholders: explained(
      z.record(anyText, placeholder).optional(),
      'Further names that the title has in braces, and the columns that say what stands for each.',
      { area: { columns: ['REGION'], fallback: 'ELSEWHERE' } },
    ),
    max_length: explained(count.default(NAME_LENGTH), 'The most characters, 255 at most. A longer title is cut.', 255),
  })
  .refine((stated) => stated?.season !== undefined || (stated?.fallback === undefined && !hasSeason(stated)), {
    path: ['season'],
    error: 'is missing: the columns that {season} in the title and fallback are about',
    when: () => true,
  })
  .refine((stated) => stated?.fallback !== undefined || (stated?.season === undefined && !hasSeason(stated)), {
    path: ['fallback'],
    error: 'is missing: what {season} in the title stands for where every column of season is blank',
    when: () => true,
  })
  .refine((stated) => stated?.season === undefined || typeof stated.title !== 'string' || hasSeason(stated), {
    path: ['title'],
    error: 'must contain {season}, because season says what stands for it',
    when: () => true,
  })
  .meta({
    dependencies: { season: ['fallback'], fallback: ['season'] },
    if: { properties: { title: { type: 'string', pattern: '\\{season\\}' } } },
    // biome-ignore lint/suspicious/noThenProperty: a key of JSON Schema.
    then: { required: ['season', 'fallback'] },
    else: { not: { required: ['season'] } },
  })
  .transform(({ max_length, ...rest }) => ({ ...rest, maxLength: max_length }));
