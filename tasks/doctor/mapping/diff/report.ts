import { z } from 'zod';
import { PROBLEM_REASONS } from '../../../../shared/mapper/map-line.js';
import { findingSchema } from '../../finding.js';

const count = z.number().int().nonnegative();
const text = z.string().nullable();
const names = z.array(z.string());
const BOARDS = ['items', 'subitems'] as const;

const changedColumn = z.strictObject({
  board: z.enum(BOARDS),
  id: z.string(),
  title: z.string(),
  change: z.enum(['added', 'removed', 'retyped', 'retitled', 're-ruled']),
  key: text.describe('The key of the column that differs; null for a column that is added or removed'),
  before: text,
  after: text,
});
export type ChangedColumn = z.infer<typeof changedColumn>;

const changedPart = z.strictObject({ path: z.string(), before: text, after: text });
export type ChangedPart = z.infer<typeof changedPart>;

const listChange = { added: names, removed: names };
const filesSchema = z.strictObject({
  columns: z.array(changedColumn).describe('Columns of the boards, by their ids'),
  parts: z.array(changedPart).describe('Everything else that the files state, by its path'),
  customers: z.strictObject({
    ...listChange,
    changed: z.array(z.strictObject({ name: z.string(), ...listChange })).describe('Spellings of a customer'),
  }),
  hashed: z.strictObject(listChange).describe('Source columns that decide whether a line has changed, sizes apart'),
  tables: names.describe('Columns that migrate adds to our tables'),
});
export type FileChanges = z.infer<typeof filesSchema>;

const example = z.strictObject({ line: z.string().describe('The uuid of the line'), before: text, after: text });
export type LineExample = z.infer<typeof example>;

const changedValue = z.strictObject({
  board: z.enum(BOARDS),
  column: z.string(),
  lines: count,
  examples: z.array(example),
});
export type ChangedValue = z.infer<typeof changedValue>;

const problem = z.strictObject({ column: z.string(), reason: z.enum(PROBLEM_REASONS), lines: count });
export type CountedProblem = z.infer<typeof problem>;

const customerLines = z.strictObject({ name: z.string(), lines: count });

const linesSchema = z.strictObject({
  read: count,
  inScope: z.strictObject({ before: count, after: count }),
  entering: count.describe('Out of scope before, in scope after: the next run makes their items'),
  leaving: count.describe('In scope before, out of it after: they stay on the board as they are'),
  changed: count.describe('In scope both times, and the board would show something else'),
  values: z.array(changedValue).describe('What the board would show differently, most lines first'),
  rejected: z.array(problem).describe('Lines that were sent before and no longer are, by their first reason'),
  accepted: count.describe('Lines that were rejected before and no longer are'),
  warned: z.array(problem).describe('Lines with a warning that they did not have before'),
  customers: z.strictObject({
    appearing: z.array(customerLines),
    disappearing: z.array(customerLines),
    renamed: z.array(z.strictObject({ before: z.string(), after: z.string(), lines: count })),
  }),
  sizes: z.strictObject(listChange).describe('Size columns of the live table'),
});
export type LineChanges = z.infer<typeof linesSchema>;

const forecastSchema = z.strictObject({
  lines: count.describe('Lines that are staged'),
  itemsToCreate: count,
  itemsToUpdate: count,
  itemsToMove: count,
  subitemsToCreate: count,
  subitemsToUpdate: count,
  requests: count,
  points: z.number(),
  minutes: z.number(),
  dailyShare: z.number().optional().describe("Share of the account's calls of a day; absent where nobody knows them"),
});
export type DiffForecast = z.infer<typeof forecastSchema>;

export const FULL = ['needed', 'not needed', 'unknown'] as const;

const mappingSchema = z.strictObject({ file: z.string(), version: z.string() });

/** What `doctor mapping diff --json` prints: a contract, added to and never changed. */
export const diffSchema = z.strictObject({
  old: mappingSchema,
  new: mappingSchema,
  files: filesSchema,
  full: z.enum(FULL).describe('Whether lines get their new values only in a run with --full'),
  lines: linesSchema.nullable().describe('What becomes of the lines of the source; null where it was not read'),
  forecast: forecastSchema.nullable().describe('What sending all of it with --full takes, without reads'),
  notCompared: z.array(z.string()).describe('What was not compared, and why'),
  findings: z.array(findingSchema).describe('What the table or the board lacks for the new mapping'),
});
export type MappingDiff = z.infer<typeof diffSchema>;
