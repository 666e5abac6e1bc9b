import { groupBy } from '../../shared/ground/lists.js';
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
  'price unreadable',
  'order type unknown',
  'uuid renewed',
  'customer renamed',
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

/** Edits of a whole customer. */
type WholeEdit = 'uuid renewed' | 'customer renamed';
type SingleEdit = Exclude<EditKind, WholeEdit>;

const LINES_PER_KIND = 2;
const EDITED_CUSTOMERS = 2;
/** Well below the brake, which trips at a half changed, a tenth deleted and a tenth out of scope. */
const MOST_CHANGED = 0.4;
const MOST_DELETED = 0.05;
const MOST_LEFT = 0.05;
/** The brake looks at customers of so many lines and more. */
const LEAST_RENAMED = 20;

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
  'price unreadable': () => true,
  'order type unknown': (line) => line.active,
};

/**
 * Chooses a line of its own for each edit: several customers are edited a little, the largest of the others is reloaded
 * whole, and a small one gets a name that nobody knows. With few lines there are fewer edits, never two of one line.
 */
export function planEdits(lines: readonly EditableLine[]): Edit[] {
  const customers = [...groupBy(lines, ({ customer }) => customer)].sort(([, a], [, b]) => b.length - a.length);
  const edited = customers.slice(0, customers.length > EDITED_CUSTOMERS ? EDITED_CUSTOMERS : 1);
  const [reloaded, ...others] = customers.slice(edited.length);
  const renamed = others.findLast(([, own]) => own.length >= LEAST_RENAMED && own.some(({ free }) => free));
  return [
    ...edited.flatMap(([customer, own]) => editsOf(customer, own)),
    ...wholeEdits('uuid renewed', reloaded),
    ...wholeEdits('customer renamed', renamed),
  ];
}

function wholeEdits(
  kind: WholeEdit,
  of: readonly [customer: string, lines: readonly EditableLine[]] | undefined,
): Edit[] {
  const [customer = '', lines = []] = of ?? [];
  return lines.map((line) => ({ kind, customer, line }));
}

function editsOf(customer: string, lines: readonly EditableLine[]): Edit[] {
  // Late order numbers first: the low ones are the written-out lines that people look for.
  const free = lines.filter((line) => line.free).sort((a, b) => (a.orderNumber < b.orderNumber ? 1 : -1));
  const edits: Edit[] = [];
  const left: Record<'changed' | 'deleted' | 'left', number> = {
    changed: Math.floor(lines.length * MOST_CHANGED),
    deleted: Math.floor(lines.length * MOST_DELETED),
    left: Math.floor(lines.length * MOST_LEFT),
  };
  for (let round = 0; round < LINES_PER_KIND; round += 1) {
    for (const kind of EDIT_KINDS) {
      if (!(kind in SUITS)) continue;
      const budget = kind === 'line deleted' ? 'deleted' : kind === 'order type unknown' ? 'left' : 'changed';
      if (left[budget] === 0) continue;
      const place = free.findIndex(SUITS[kind as SingleEdit]);
      const [line] = place < 0 ? [] : free.splice(place, 1);
      if (!line) continue;
      edits.push({ kind, customer, line });
      left[budget] -= 1;
    }
  }
  return edits;
}
