import { z } from 'zod';
import { COLUMN_TYPES } from '../../shared/mapping/column-types.js';
import file from './columns.json' with { type: 'json' };

const cell = z.object({
  id: z.string(),
  type: z.enum(COLUMN_TYPES),
  text: z.string().nullable(),
  value: z.unknown().optional(),
  typed: z.record(z.string(), z.unknown()),
  shows: z.string().nullable(),
});

/** Settings and cells of columns as others read them from the real API; the file names each one's source. */
export const RECORDED_COLUMNS = z
  .object({
    settings: z.array(z.object({ id: z.string(), settings: z.record(z.string(), z.unknown()) })),
    colours: z.object({ table: z.record(z.string(), z.string()) }),
    newLabels: z.object({
      probes: z.array(
        z.object({
          new_label: z.string(),
          number: z.number(),
          ids_there: z.array(z.number()),
          deactivated: z.array(z.number()).default([]),
          result: z.string(),
        }),
      ),
    }),
    cells: z.array(cell),
  })
  .parse(file);

export function recordedSettings(id: string): Record<string, unknown> {
  const found = RECORDED_COLUMNS.settings.find((each) => each.id === id);
  if (found === undefined) throw new Error(`No settings ${id} are recorded.`);
  return found.settings;
}
