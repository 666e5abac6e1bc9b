import type { Size } from './size-families.js';

/** What the demo does to the source between two runs. */
export const EDIT_KINDS = [
  'quantity changed',
  'size added',
  'size removed',
  'line cancelled',
  'line deleted',
  'line added',
  'text changed',
  'text cleared',
  'season changed',
  'uuid renewed',
] as const;
export type EditKind = (typeof EDIT_KINDS)[number];

/** A line as far as choosing among edits needs it. */
export interface EditableLine {
  uuid: string;
  customer: string;
  orderNumber: string;
  active: boolean;
  /** May be changed: in scope, with a business key of its own, and not of the order that every check goes back to. */
  free: boolean;
  hasDestination: boolean;
  sizes: readonly Size[];
}

export interface Edit {
  kind: EditKind;
  customer: string;
  line: EditableLine;
}

type SingleEdit = Exclude<EditKind, 'uuid renewed'>;

const LINES_PER_KIND = 2;
const EDITED_CUSTOMERS = 2;
/** Well below the brake, which trips at a half changed and a tenth deleted. */
const MOST_CHANGED = 0.4;
const MOST_DELETED = 0.05;

const SUITS: Readonly<Record<SingleEdit, (line: EditableLine) => boolean>> = {
  'quantity changed': (line) => line.active && line.sizes.length > 0,
  'size added': (line) => line.active && line.sizes.length > 0,
  'size removed': (line) => line.active && line.sizes.length > 1,
  'line cancelled': (line) => line.active && line.sizes.length > 0,
  'line deleted': () => true,
  'line added': (line) => line.active && line.sizes.length > 0,
  'text changed': () => true,
  'text cleared': (line) => line.hasDestination,
  'season changed': () => true,
};

/**
 * Chooses a line of its own for each edit: several customers are edited a little, and the largest of the others is
 * reloaded whole. With few lines there are fewer edits, never two of one line.
 */
export function planEdits(lines: readonly EditableLine[]): Edit[] {
  const customers = [...groupByCustomer(lines)].sort(([, a], [, b]) => b.length - a.length);
  const edited = customers.slice(0, customers.length > EDITED_CUSTOMERS ? EDITED_CUSTOMERS : 1);
  const [reloaded] = customers.slice(edited.length);
  return [
    ...edited.flatMap(([customer, own]) => editsOf(customer, own)),
    ...(reloaded?.[1].map((line): Edit => ({ kind: 'uuid renewed', customer: reloaded[0], line })) ?? []),
  ];
}

function editsOf(customer: string, lines: readonly EditableLine[]): Edit[] {
  // Late order numbers first: the low ones are the written-out lines that people look for.
  const free = lines.filter((line) => line.free).sort((a, b) => (a.orderNumber < b.orderNumber ? 1 : -1));
  const edits: Edit[] = [];
  let [changes, deletions] = [Math.floor(lines.length * MOST_CHANGED), Math.floor(lines.length * MOST_DELETED)];
  for (let round = 0; round < LINES_PER_KIND; round += 1) {
    for (const kind of EDIT_KINDS) {
      if (kind === 'uuid renewed' || (kind === 'line deleted' ? deletions : changes) === 0) continue;
      const place = free.findIndex(SUITS[kind]);
      const [line] = place < 0 ? [] : free.splice(place, 1);
      if (!line) continue;
      edits.push({ kind, customer, line });
      if (kind === 'line deleted') deletions -= 1;
      else changes -= 1;
    }
  }
  return edits;
}

function groupByCustomer(lines: readonly EditableLine[]): Map<string, EditableLine[]> {
  const groups = new Map<string, EditableLine[]>();
  for (const line of lines) {
    const group = groups.get(line.customer);
    if (group) group.push(line);
    else groups.set(line.customer, [line]);
  }
  return groups;
}
