/** Every state that a table may hold, in one place for SQL, types and tests. */
export const RUN_STATES = ['OPEN', 'DONE'] as const;
export const RUN_KINDS = ['SYNC', 'RESTORE'] as const;
export const METHODS = ['hash', 'fields'] as const;
export const CHANGE_SET_STATES = ['OPEN', 'BATCHED', 'SUPERSEDED', 'BRAKED', 'BUSY'] as const;
/** Why a customer was left out: too many lines changed, vanished or left scope, or its board was restored. */
export const BRAKE_REASONS = ['CHANGES', 'DELETES', 'SCOPE', 'RESTORED'] as const;
export const CHANGES = ['NEW', 'CHANGED', 'DELETED', 'REKEYED'] as const;
export const REASONS = ['CONTENT', 'MAPPING', 'FULL', 'RETRY'] as const;
export const BATCH_STATES = [
  'STARTED',
  'STAGED',
  'PUSHED',
  'COMPLETED',
  'COMPLETED_WITH_ERRORS',
  'SUPERSEDED',
  'DRY_RUN',
] as const;
export const BATCH_TYPES = ['CUSTOMER_DELTA', 'RESTORE'] as const;
export const OPEN_BATCH_STATES = ['STARTED', 'STAGED', 'PUSHED'] as const satisfies readonly BatchState[];
export const ROW_STATES = ['PENDING', 'SENDING', 'API_SUCCESS', 'API_FAILED', 'REJECTED', 'OBSOLETE'] as const;
/** What was done about a staged row on the board. */
export const STAGED_ACTIONS = ['CREATED', 'UPDATED', 'UNCHANGED', 'ARCHIVED'] as const;
export const LEDGER_KINDS = ['item', 'size', 'group'] as const;
export const FAILURE_STEPS = ['detect', 'stage', 'push'] as const;
export const SEVERITIES = ['ERROR', 'WARNING'] as const;

export type RunKind = (typeof RUN_KINDS)[number];
export type Method = (typeof METHODS)[number];
export type ChangeSetState = (typeof CHANGE_SET_STATES)[number];
export type BrakeReason = (typeof BRAKE_REASONS)[number];
export type Change = (typeof CHANGES)[number];
export type Reason = (typeof REASONS)[number];
export type BatchType = (typeof BATCH_TYPES)[number];
export type BatchState = (typeof BATCH_STATES)[number];
export type RowState = (typeof ROW_STATES)[number];
export type StagedAction = (typeof STAGED_ACTIONS)[number];
export type LedgerKind = (typeof LEDGER_KINDS)[number];
export type FailureStep = (typeof FAILURE_STEPS)[number];
export type Severity = (typeof SEVERITIES)[number];

/** Every step a batch may take; ARCHITECTURE.md draws them. */
export const BATCH_TRANSITIONS: Readonly<Record<BatchState, readonly BatchState[]>> = {
  STARTED: ['STAGED', 'SUPERSEDED'],
  STAGED: ['PUSHED', 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'DRY_RUN', 'SUPERSEDED'],
  PUSHED: ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'SUPERSEDED'],
  COMPLETED: [],
  COMPLETED_WITH_ERRORS: [],
  SUPERSEDED: [],
  DRY_RUN: [],
};

/**
 * Rule 25: a line has landed when its own row and every size were answered with success and nothing of it is unresolved
 * in the ledger. `s` is the staged line. One definition for every statement of promote.
 *
 * Counted, because NOT EXISTS becomes a join: planned without statistics of rows just loaded, it compared every line with
 * every size of the batch. A count is looked up line by line. `< 1`, because PostgreSQL expects a third of the lines to
 * pass that, and of `= 0` one in two hundred: where it expects a single line it went through a whole table for each.
 */
export const LANDED = `(s."stg_status" = 'API_SUCCESS'
    AND (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule_Subitems" y
      WHERE y."batch_id" = s."batch_id" AND y."line_key" = s."line_key" AND y."stg_status" <> 'API_SUCCESS') < 1
    AND (SELECT COUNT(*) FROM dbo."MON_Ledger" l
      WHERE l."operation" IS NOT NULL AND l."kind" IN ('item', 'size') AND l."ledger_key" = LOWER(CAST(s."line_key" AS VARCHAR(36)))) < 1)`;
