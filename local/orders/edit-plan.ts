import { groupBy } from '../../shared/ground/lists.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { identityColumns } from '../../shared/mapping/mapping-version.js';
import type { Scalar } from '../../shared/warehouse/port/warehouse.js';
import type { Setting } from './edit-roles.js';
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
  'group changed',
  'number unreadable',
  'word unknown',
  'uuid renewed',
  'customer renamed',
] as const;
export type EditKind = (typeof EDIT_KINDS)[number];

/** A line as far as choosing among edits needs it. */
export interface EditableLine {
  uuid: string;
  /** What identifies it in the table: columns, and what they hold. */
  is: Readonly<Record<string, Scalar>>;
  /** Its uuid is in a column, so that a reload can renew it. */
  renewable: boolean;
  customer: string;
  orderNumber: string;
  active: boolean;
  inScope: boolean;
  /** May be changed: in scope, with a business key of its own, and not of the order that every check goes back to. */
  free: boolean;
  /** What the kinds of edit that set one column set in it; a kind that is absent does not suit the line. */
  settings: Readonly<Partial<Record<EditKind, Setting>>>;
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

const SUITS: Readonly<Record<SingleEdit, (line: EditableLine, hasSizes: boolean) => boolean>> = {
  'quantity changed': (line) => line.active && line.sizes.length > 0,
  'size added': (line) => line.active && line.sizes.length > 0,
  'size removed': (line) => line.active && line.sizes.length > 1,
  'line cancelled': (line, hasSizes) => line.active && isWhole(line, hasSizes) && 'line cancelled' in line.settings,
  'line deleted': () => true,
  'line added': (line, hasSizes) => line.active && isWhole(line, hasSizes),
  'text changed': (line) => 'text changed' in line.settings,
  'text cleared': (line) => 'text cleared' in line.settings,
  'group changed': (line) => 'group changed' in line.settings,
  'number unreadable': (line) => 'number unreadable' in line.settings,
  'word unknown': (line) => line.active && 'word unknown' in line.settings,
};

/** With sizes where lines have them. */
const isWhole = ({ sizes }: EditableLine, hasSizes: boolean): boolean => !hasSizes || sizes.length > 0;

/**
 * Chooses a line of its own for each edit: several customers are edited a little, the largest of the others is reloaded
 * whole, and a small one gets a name that nobody knows. With few lines there are fewer edits, never two of one line.
 */
export function planEdits(lines: readonly EditableLine[]): Edit[] {
  const hasSizes = lines.some(({ sizes }) => sizes.length > 0);
  const customers = [...groupBy(lines, ({ customer }) => customer)].sort(([, a], [, b]) => b.length - a.length);
  const edited = customers.slice(0, customers.length > EDITED_CUSTOMERS ? EDITED_CUSTOMERS : 1);
  const [reloaded, ...others] = customers.slice(edited.length);
  const renamed = others.findLast(([, own]) => own.length >= LEAST_RENAMED && canBeRenamed(own));
  return [
    ...edited.flatMap(([customer, own]) => editsOf(customer, own, hasSizes)),
    ...(lines.every(({ renewable }) => renewable) ? wholeEdits('uuid renewed', reloaded) : []),
    ...wholeEdits('customer renamed', renamed),
  ];
}

function canBeRenamed(lines: readonly EditableLine[]): boolean {
  return lines.some(({ free }) => free) && inScopeOf(lines).every(({ settings }) => 'customer renamed' in settings);
}

const inScopeOf = (lines: readonly EditableLine[]): EditableLine[] => lines.filter(({ inScope }) => inScope);

function wholeEdits(
  kind: WholeEdit,
  of: readonly [customer: string, lines: readonly EditableLine[]] | undefined,
): Edit[] {
  const [customer = '', lines = []] = of ?? [];
  return inScopeOf(lines).map((line) => ({ kind, customer, line }));
}

function editsOf(customer: string, lines: readonly EditableLine[], hasSizes: boolean): Edit[] {
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
      const budget = kind === 'line deleted' ? 'deleted' : kind === 'word unknown' ? 'left' : 'changed';
      if (left[budget] === 0) continue;
      const place = free.findIndex((line) => SUITS[kind as SingleEdit](line, hasSizes));
      const [line] = place < 0 ? [] : free.splice(place, 1);
      if (!line) continue;
      edits.push({ kind, customer, line });
      left[budget] -= 1;
    }
  }
  return edits;
}

/** An edit of a line in the words of its table. */
export function describeEdit({ source }: Mapping, kind: EditKind, { settings }: EditableLine): string {
  const column = settings[kind]?.column ?? '';
  switch (kind) {
    case 'text changed':
    case 'group changed':
      return `${column} changed`;
    case 'text cleared':
      return `${column} cleared`;
    case 'number unreadable':
      return `${column} unreadable`;
    case 'word unknown':
      return `${column} unknown`;
    case 'customer renamed':
      return `${column} renamed`;
    case 'uuid renewed':
      return `${identityColumns(source).join(', ')} renewed`;
    default:
      return kind;
  }
}
