/**
 * - error: a task stops at it, or would do the wrong thing.
 * - warning: it has drifted; runs still go on.
 * - info: worth knowing; nothing to be done.
 */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type FindingSeverity = (typeof SEVERITIES)[number];

/** What is looked at, in this order; each is a file of that name in checks/. */
export const CHECK_NAMES = [
  'settings',
  'warehouse',
  'archive',
  'tables',
  'production-tables',
  'source',
  'scope',
  'values',
  'batches',
  'account',
  'board',
  'columns',
  'labels',
  'room',
  'keys',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

interface CatalogueEntry {
  severity: FindingSeverity;
  /** Why it matters. */
  why: string;
  /** What to do. */
  remedy: string;
  /** `--fix` mends it. */
  fixable?: true;
}

const kind = (severity: FindingSeverity, why: string, remedy: string): CatalogueEntry => ({ severity, why, remedy });
const fixable = (severity: FindingSeverity, why: string, remedy: string): CatalogueEntry => ({
  severity,
  why,
  remedy,
  fixable: true,
});

const FIX = 'Run doctor --fix.';

/** Every kind of finding there is; docs/doctor.md tells of each. */
export const CATALOGUE = {
  SETTING_UNUSABLE: kind('error', 'Tasks that need it refuse to start.', 'Correct the environment variable.'),
  SETTING_ABSENT: kind(
    'info',
    'The mapping is not compared with what it leads to.',
    'Set it to compare the mapping with the live table and board as well.',
  ),
  MAPPING_UNUSABLE: kind('error', 'No task starts without a mapping.', 'Correct the file, or MAPPING_FILE.'),
  CERTIFICATES_UNCHECKED: kind(
    'error',
    'The token would travel to a server whose identity is not verified.',
    'Remove NODE_TLS_REJECT_UNAUTHORIZED from the environment; name a private authority with NODE_EXTRA_CA_CERTS.',
  ),
  WAREHOUSE_UNREACHABLE: kind('error', 'Nothing runs without it.', 'Check WAREHOUSE_URL, the network and the server.'),
  ARCHIVE_UNREACHABLE: kind(
    'error',
    'archive fails at the end of every batch.',
    'Check ARCHIVE_URL, the network and the server.',
  ),
  VERSION_UNSUPPORTED: kind('warning', 'The statements are not written for it.', 'Upgrade the server.'),
  RIGHTS_LACKING: kind('error', 'A task stops at it in the middle of a run.', 'Grant them to the user of the URL.'),
  ARCHIVE_TABLE_MISSING: fixable('error', 'archive has no place to write to.', FIX),
  ARCHIVE_COLUMN_MISSING: fixable('error', 'archive cannot write, or is slow.', FIX),
  ARCHIVE_DIFFERS: kind('warning', 'Values may be cut or refused.', 'Change it to what is expected.'),
  SCHEMA_EMPTY: fixable(
    'error',
    'Tasks read and write tables that are not there yet.',
    `Check WAREHOUSE_SCHEMA. If it names the right schema: ${FIX} migrate does the same.`,
  ),
  SCRIPT_PENDING: fixable(
    'error',
    'Tasks read and write tables that are not there yet.',
    `${FIX} migrate does the same.`,
  ),
  TABLE_MISSING: fixable(
    'error',
    'Tasks stop at it.',
    `${FIX} What it held is gone: restore it from a backup instead if you can.`,
  ),
  SCRIPT_REWRITTEN: kind(
    'error',
    'A numbered step is never rewritten: nobody can tell what this database has had.',
    'Put the file back as it was released; write what has to change as a step of its own.',
  ),
  COLUMN_MISSING: fixable('error', 'Tasks stop at it.', FIX),
  INDEX_MISSING: fixable('warning', 'Tasks are slow, or rows that must not be there twice can be.', FIX),
  INDEX_DIFFERS: kind(
    'warning',
    'Tasks are slow, or rows that must not be there twice can be.',
    'Drop it, then run migrate.',
  ),
  COLUMN_DIFFERS: kind(
    'warning',
    'Values may be cut or refused.',
    'Change the column to the expected type; doctor --table shows both.',
  ),
  VIEW_MISSING: fixable('warning', 'Reports that read it fail; no task does.', `${FIX} migrate does the same.`),
  VIEW_DIFFERS: fixable('warning', 'Reports that read it may say something else.', `${FIX} It is replaced.`),
  PRODUCTION_TABLE_MISSING: fixable('warning', 'Other systems read from it; promote leaves it out.', FIX),
  PRODUCTION_COLUMN_MISSING: fixable(
    'warning',
    'Another system has replaced the table; promote writes only the columns that are there.',
    `${FIX} Then have the other system keep our columns.`,
  ),
  PRODUCTION_COLUMN_DIFFERS: kind(
    'warning',
    'promote stops at a line that the column does not take, and its batch stays open.',
    'Change the column, or have the system do so that replaces the table; doctor --table shows both.',
  ),
  PRODUCTION_LINES_MISSING: kind(
    'warning',
    'Other systems read from it, and promote adds a line only when it changes.',
    'Run sync with --full: it looks at every line, sends the board only what differs, and adds the missing rows.',
  ),
  SOURCE_MISSING: kind(
    'error',
    'There is nothing to read.',
    'Correct SOURCE_TABLE or WAREHOUSE_SCHEMA, or grant the user SELECT on it.',
  ),
  SOURCE_UNFIT: kind('error', 'detect and stage refuse to read it.', 'Put the table right, or the mapping.'),
  SOURCE_EMPTY: kind('error', 'detect refuses it: every order would be deleted.', 'Load the source.'),
  SIZE_GONE: kind(
    'error',
    'Lines on the board carry it; detect refuses to set it to 0.',
    'Put the column back, or run detect with --allow-large-change if it is gone for good.',
  ),
  SIZE_NEW: kind('info', 'Lines that order it get subitems of that name.', 'Nothing.'),
  CUSTOMER_UNMAPPED: kind(
    'warning',
    'Its lines are out of scope: the board goes on showing those it has, and no longer gets their changes.',
    'Add the name to customers of the mapping, correct it in the source, or list it under out_of_scope.',
  ),
  SCOPE_WORD_UNKNOWN: kind(
    'warning',
    'Lines that have it are out of scope: the board goes on showing those it has, and no longer gets their changes.',
    'Add the word to scope of the mapping, correct it in the source, or list it under out_of_scope.',
  ),
  UUIDS_UNSOUND: kind(
    'warning',
    'They do not reach the board, and lines on it that they may be are left as they are.',
    'Give each row a uuid of its own in the source; batch report --csv lists them.',
  ),
  CANCELLED_OUT_OF_SCOPE: kind(
    'info',
    'A line that leaves scope is no longer updated: its sizes stay on the board as they were before it was cancelled.',
    'Keep cancelled lines in scope if their sizes are to go to 0.',
  ),
  TYPE_UNFIT: kind(
    'error',
    'No value of it can be read, so the board never shows one.',
    'Choose a rule of the mapping that fits the type of the source column, or another column.',
  ),
  VALUES_UNREAD: kind(
    'warning',
    'The board keeps what it has there, or the line is rejected where the column is required.',
    'Correct them in the source, give them under values of the column, or choose another rule.',
  ),
  LABELS_NEEDED: kind('info', 'push creates a label when a line first needs it.', 'Nothing.'),
  BATCH_OPEN: kind('info', 'A run is at work, or the next one takes it up.', 'Nothing.'),
  BATCH_STUCK: kind(
    'warning',
    'Runs every four hours take up what is open: none has taken up this customer.',
    'See whether the schedule is on and detect names the customer as busy or braked; then start a run for it.',
  ),
  RESTORE_OPEN: kind(
    'warning',
    'Runs leave the customer out until it is released: none takes this batch up.',
    'Carry it out with stage, push, promote and archive, or with the flow customer-orders-batch.',
  ),
  TOKEN_REFUSED: kind(
    'error',
    'Nothing reaches the board.',
    'Fix what it says; usually MONDAY_API_TOKEN needs a valid token of the account.',
  ),
  API_UNREACHABLE: kind(
    'error',
    'Nothing reaches the board.',
    'Check MONDAY_API_URL and the network; try again later.',
  ),
  CALLS_SHORT: kind(
    'warning',
    'When they are used up, nothing reaches the board until midnight UTC.',
    'Run less often, or have the account raise its daily limit.',
  ),
  PLAN_SMALL: kind('info', 'A first load takes hours.', 'Plan the first load for a quiet day.'),
  BOARD_ABSENT: kind('error', 'push refuses to start.', "Check MONDAY_BOARD_ID, and that the token's user sees it."),
  BOARD_INACTIVE: kind('error', 'push refuses to start.', 'Restore it, or correct MONDAY_BOARD_ID.'),
  BOARD_OTHER: kind(
    'error',
    'push refuses it: every order would be made again.',
    'Correct MONDAY_BOARD_ID, or use a database of its own for another board.',
  ),
  SUBITEMS_MISSING: kind('error', 'Sizes have no place.', 'Add a subitem to any item by hand once.'),
  KEY_COLUMN_MISSING: fixable('error', 'Without it push cannot tell which items are ours, and refuses to start.', FIX),
  OTHER_KEY_MISSING: kind(
    'warning',
    'Its items would count as ours without a key.',
    'Correct others of the key in the mapping, or run doctor --fix of that pipeline.',
  ),
  KEY_COLUMN_UNFIT: kind(
    'error',
    'Only a text column can be searched for a whole key; push refuses to start.',
    'Delete that column, or give the mapping another id for the key; then run doctor --fix.',
  ),
  BOARD_COLUMN_MISSING: kind(
    'error',
    'push refuses to start.',
    'Add it by hand and put its id into the mapping, or take it out of the mapping.',
  ),
  BOARD_COLUMN_CREATABLE: fixable('error', 'push refuses to start.', FIX),
  BOARD_COLUMN_ARCHIVED: kind('error', 'push refuses to start.', 'Restore it on the board.'),
  BOARD_COLUMN_READ_ONLY: kind(
    'error',
    'No value can be written to it; push refuses to start.',
    'Put the id of a writable column into the mapping.',
  ),
  BOARD_COLUMN_TYPE: kind(
    'warning',
    'Values are sent in the form of the type on the board, which may not take them.',
    'Change the type on the board, or in the mapping.',
  ),
  BOARD_COLUMN_RENAMED: kind(
    'info',
    'Columns are identified by their id.',
    'Nothing; the mapping may take over the title.',
  ),
  LABELS_FULL: kind(
    'error',
    'Lines with a new label fail.',
    'Delete labels that are not used, or make it a text column.',
  ),
  LABELS_SHORT: kind(
    'warning',
    'When it is full, lines with a new label fail.',
    'Delete labels that are not used, or make it a text column.',
  ),
  LABEL_MISSING: kind(
    'warning',
    'The mapping does not allow labels to be created there: lines with them fail.',
    'Add them to the column by hand, or allow create_labels in the mapping.',
  ),
  LABEL_DEACTIVATED: kind(
    'warning',
    'The mapping does not allow push to activate them: lines with them fail.',
    'Activate them on the board, or allow create_labels in the mapping.',
  ),
  LABEL_DORMANT: kind('info', 'push activates a label that a line needs.', 'Nothing.'),
  LABELS_UNREADABLE: kind(
    'error',
    'push refuses to start: what it cannot read is not "no labels".',
    "Look at the column on the board, and compare the program's version with the API's.",
  ),
  BOARD_FULL: kind(
    'error',
    'New lines wait; what needs no new item still goes out.',
    "Archive items that are done, or raise the board's limit.",
  ),
  BOARD_NEARLY_FULL: kind('warning', 'When it is full, new lines wait.', 'Archive items that are done.'),
  ORDERS_UNKEYED_NEW: kind(
    'error',
    'Another program has put them there: push refuses the first load of the customer, which would show them twice.',
    'Run doctor --adopt, then again with --apply.',
  ),
  ORDERS_UNKEYED: kind(
    'warning',
    'The board may show an order twice.',
    'Archive them if they are copies; doctor --adopt tells which lines they can be.',
  ),
  ITEMS_UNKEYED: kind('info', 'They belong to no order of ours, and are left alone.', 'Nothing.'),
  ITEMS_UNREAD: kind(
    'warning',
    'The board does not return what they show, so nothing was concluded from them; push fails their lines alone.',
    "Open them on the board with the token's user; archive those that cannot be opened.",
  ),
  KEY_LOST: kind(
    'warning',
    'push finds them by their id only.',
    'Run doctor --adopt --apply, which writes the keys again.',
  ),
  KEY_FOREIGN: kind(
    'warning',
    'No line, present or past, has these keys, so nothing updates them.',
    'Archive them, or empty their key.',
  ),
  KEY_REPEATED: kind(
    'warning',
    'Only one of them is kept up to date.',
    'Archive the copies; push --audit tells which one counts.',
  ),
  FIX_FAILED: kind('error', 'What was found stays.', 'Fix what it says, then run doctor --fix again.'),
  UNCHECKED: kind('error', 'What it looks at may have drifted unseen.', 'Fix what it says, then run doctor again.'),
} as const satisfies Record<string, CatalogueEntry>;

export type Code = keyof typeof CATALOGUE;
export const CODES = Object.keys(CATALOGUE) as [Code, ...Code[]];
