import { z } from 'zod';
import { FixFirstError } from '../ground/errors.js';
import type { BoardColumn } from './board-replies.js';
import { colourName } from './status-colours.js';

/** The vendor's limits. */
export const LABEL_LIMITS = { dropdown: 500, status: 40 } as const;
/** In UTF-16 units, the stricter count. */
export const STATUS_LABEL_LENGTH = 30;

/**
 * A label of a dropdown or status column; one without text has ''. `index` and `color` belong to status labels: place,
 * and name of the colour, if we know it.
 */
export interface Label {
  id: number;
  label: string;
  active: boolean;
  index?: number;
  color?: string;
  done?: boolean;
  description?: string;
}

const labelId = z.union([z.number().int(), z.string().regex(/^\d+$/).transform(Number)]);
const labelSchema = z
  .object({
    id: labelId,
    label: z.string().nullish(),
    name: z.string().nullish(),
    index: z.number().int().nullish().catch(undefined),
    color: z.union([z.number(), z.string()]).nullish().catch(undefined),
    description: z.string().nullish().catch(undefined),
    is_done: z.boolean().nullish().catch(undefined),
    is_deactivated: z.boolean().nullish(),
  })
  .transform((each): Label => {
    const color = colourName(each.color);
    return {
      id: each.id,
      label: each.label ?? each.name ?? '',
      active: each.is_deactivated !== true,
      ...(each.index == null ? {} : { index: each.index }),
      ...(color === undefined ? {} : { color }),
      ...(each.is_done == null ? {} : { done: each.is_done }),
      ...(each.description == null ? {} : { description: each.description }),
    };
  });

/** Older settings: a map from id to text. */
const textSchema = z.union([z.string(), z.null(), z.object({ label: z.string() }).transform(({ label }) => label)]);
const labelMapSchema = z
  .record(z.string().regex(/^\d+$/), textSchema)
  .transform((map) =>
    Object.entries(map).map(([id, label]): Label => ({ id: Number(id), label: label ?? '', active: true })),
  );

const settingsSchema = z
  .object({
    labels: z.union([z.array(labelSchema), labelMapSchema]).default([]),
    deactivated_labels: z.array(labelId).nullish(),
  })
  .transform(({ labels, deactivated_labels }) => {
    const deactivated = new Set(deactivated_labels ?? []);
    return labels.map((label) => (deactivated.has(label.id) ? { ...label, active: false } : label));
  });

/** The labels in settings; undefined when they cannot be read. */
export function readLabels(settings: unknown): Label[] | undefined {
  return settingsSchema.safeParse(settings).data;
}

/**
 * Rule 20: the labels that a dropdown or status column holds, deactivated ones included.
 * @throws FixFirstError if they cannot be read, which is not the same as "no labels".
 */
export function labelsOf({ id, title, settings }: Pick<BoardColumn, 'id' | 'title' | 'settings'>): Label[] {
  const labels = readLabels(settings);
  if (labels !== undefined) return labels;
  throw new FixFirstError(
    'LABELS_UNREADABLE',
    `The labels of the column "${title}" (${id}) cannot be read: its settings do not have the expected format. Look at the column on the board, and compare the operations with the API's schema.`,
  );
}

/** Ids of the active labels by text; of two with the same text, the first. */
export function activeLabelIds(labels: readonly Label[]): Map<string, number> {
  const active = labels.filter((each) => each.active && each.label !== '');
  return new Map(active.map(({ label, id }): [string, number] => [label, id]).reverse());
}
