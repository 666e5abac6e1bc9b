/** What the simulated account holds, and every change that can happen to it. Times are ISO 8601, ids decimal strings. */
export const COLUMN_TYPES = [
  'auto_number',
  'board_relation',
  'checkbox',
  'country',
  'creation_log',
  'date',
  'dropdown',
  'email',
  'formula',
  'hour',
  'item_id',
  'last_updated',
  'link',
  'long_text',
  'mirror',
  'name',
  'numbers',
  'phone',
  'rating',
  'status',
  'subtasks',
  'text',
  'timeline',
] as const;
export type BoardColumnType = (typeof COLUMN_TYPES)[number];

export type RecordState = 'active' | 'archived' | 'deleted';

/**
 * A status or dropdown label. `id` is what a value refers to; `index` the place and `color` the number of the colour of
 * a status label, which is its id unless the colour was changed.
 */
export interface StoredLabel {
  id: number;
  label: string | null;
  index?: number;
  color?: number;
  is_done?: boolean;
  is_deactivated?: boolean;
  description?: string;
}

/** What values of a column a planner allows; all that are named must hold. */
export interface ColumnValidation {
  contains?: string | undefined;
  doesNotContain?: string | undefined;
  beginsWith?: string | undefined;
  atLeast?: number | undefined;
  atMost?: number | undefined;
  /** Days, ISO 8601. */
  notBefore?: string | undefined;
  notAfter?: string | undefined;
  /** Texts of labels. */
  oneOf?: string[] | undefined;
}

export interface Column {
  id: string;
  title: string;
  type: BoardColumnType;
  archived: boolean;
  description: string | null;
  revision: number;
  labels: StoredLabel[];
  /** Settings beside the labels: `boardIds` of a subtasks column, `unit` with its `precision` of a numbers column. */
  settings: Record<string, unknown>;
  /** Writes must give, and leave, a value. */
  required?: boolean;
  rule?: ColumnValidation | null;
  /** The account manages the labels: the board's own mutations are refused. */
  managed?: boolean;
}

export interface Group {
  id: string;
  title: string;
  state: RecordState;
  /** Of an archived group: the items that were archived with it, and come back with it. */
  taken?: string[];
}

export interface Board {
  id: string;
  name: string;
  kind: 'items' | 'subitems';
  state: RecordState;
  columns: Map<string, Column>;
  /** Deleted columns by their ids, which stay reserved; a planner can take one out of the trash. */
  deletedColumns: Map<string, Column>;
  groups: Group[];
}

/** The decoded `value` of a cell; null once it has been cleared. */
export type Stored = string | Record<string, unknown> | null;
export type ItemValues = Record<string, Stored>;

export interface Item {
  id: string;
  boardId: string;
  name: string;
  groupId: string;
  parentId: string | null;
  state: RecordState;
  values: ItemValues;
  createdAt: string;
  updatedAt: string;
  /** Number of the request that created it, as in the log; null for an edit by hand. */
  request: number | null;
}

export interface Effect {
  kind: string;
  id: string;
  key: string | null;
}

export interface RequestEntry {
  n: number;
  at: string;
  idempotencyKey: string | null;
  operations: string[];
  /** HTTP status of the answer; null while there is none, and for ever when the connection was cut. */
  status: number | null;
  fault: string | null;
  replayed: boolean;
  effects: Effect[];
}

/** An answer kept for its idempotency key. */
export interface KeptAnswer {
  cacheKey: string;
  bodyHash: string;
  status: number;
  body: string;
  expiresAt: number;
}

/** A point in the log, such as the start of a run. */
export interface Mark {
  /** The last request before it. */
  n: number;
  at: string;
  label: string;
}

export type StateChange =
  | { type: 'group'; boardId: string; group: Group; index: number }
  | { type: 'groupChanged'; boardId: string; group: Group }
  | { type: 'boardState'; boardId: string; state: RecordState }
  | { type: 'item'; item: Item; index: number }
  | { type: 'values'; id: string; name: string; values: ItemValues; at: string }
  | { type: 'state'; id: string; state: RecordState; at: string }
  | { type: 'move'; id: string; groupId: string; at: string }
  | { type: 'column'; boardId: string; column: Column; after: string | null }
  | { type: 'columnDeleted'; boardId: string; id: string }
  | { type: 'label'; boardId: string; columnId: string; label: StoredLabel }
  | { type: 'request'; entry: RequestEntry }
  | { type: 'effect'; n: number; effect: Effect }
  | { type: 'answer'; n: number; status: number | null; replayed: boolean }
  | { type: 'kept'; kept: KeptAnswer }
  | { type: 'mark'; mark: Mark };
