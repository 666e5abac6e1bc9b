import type { ColumnType, ValueRule } from '../../../../shared/mapping/mapping.js';
import { RULES_OF_TYPE } from '../../../../shared/mapping/mapping-checks.js';
import type { ProposedCustomer } from './customers.js';
import type { Guess } from './roles.js';
import type { ProposedSizes } from './sizes.js';

/** A column of the board with what it is to show. */
export interface ProposedColumn {
  id: string;
  title: string;
  type: ColumnType;
  source: string;
  rule: ValueRule;
  values: readonly (readonly [from: string, to: string])[];
  createLabels: boolean;
  /** Why this source, where it does not go without saying. */
  reason: string | undefined;
  /** What should be looked at. */
  doubts: readonly string[];
}

/** A column of the board that shows nothing yet, and why. */
export interface LeftColumn {
  title: string;
  id: string;
  why: string;
}

export interface ProposedKey {
  id: string;
  title: string;
  note: string | undefined;
}

export interface ProposedSubitem {
  key: ProposedKey;
  label: { id: string; title: string; type: ColumnType; note: string | undefined };
  quantity: { id: string; title: string; type: ColumnType; note: string | undefined };
}

/** Everything of a mapping that was found, with the reasons. */
export interface Proposal {
  table: string;
  board: { id: string; name: string };
  rows: number;
  blank: readonly string[];
  comma: boolean;
  dayFirst: boolean;
  /** `key`: columns that identify a line together, where none has UUIDs. */
  uuid: { guess: Guess | undefined; others: readonly string[]; key: readonly string[] };
  customer: Guess | undefined;
  orderNumber: Guess | undefined;
  purchaseOrder: readonly Guess[];
  businessKey: { columns: readonly string[]; repeated: number };
  season: readonly Guess[];
  personal: readonly string[];
  cancelled: { column: string; words: readonly string[]; all: readonly string[] } | undefined;
  sizes: ProposedSizes | undefined;
  key: ProposedKey;
  name: readonly string[];
  columns: readonly ProposedColumn[];
  left: readonly LeftColumn[];
  subitem: ProposedSubitem | undefined;
  customers: readonly ProposedCustomer[];
  customersLeft: number;
}

const PREFERRED: Partial<Record<ColumnType, ValueRule>> = { dropdown: 'label', status: 'label' };

/** The type on the board decides the rule. */
export function ruleFor(type: ColumnType): ValueRule {
  const allowed = RULES_OF_TYPE[type];
  const [first = 'trim'] = allowed;
  return PREFERRED[type] ?? (allowed.includes('trim') ? 'trim' : first);
}
