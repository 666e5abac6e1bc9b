/** The meaning of a code: its exit code, what happened, and what to do. */
export interface ErrorKind {
  exitCode: 1 | 2;
  what: string;
  next: string;
}

type KindWithExit<ExitCode extends 1 | 2> = ErrorKind & { exitCode: ExitCode };
/** Running the same command again may help. */
const again = (what: string, next: string): KindWithExit<1> => ({ exitCode: 1, what, next });
/** Something must be fixed first. */
const fix = (what: string, next: string): KindWithExit<2> => ({ exitCode: 2, what, next });

const PROGRAM = {
  STOPPED: again('A signal asked the task to stop.', 'Run it again: it continues where it stopped.'),
  FLAG_INVALID: fix('A flag is unknown or missing, or has an invalid value.', 'See the help of the command.'),
  SETTING_INVALID: fix('A setting is missing or has an invalid value.', 'Correct it; see docs/settings.md.'),
  TLS_CHECK_DISABLED: fix(
    'NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the check of certificates.',
    'Remove it; name a private authority in NODE_EXTRA_CA_CERTS.',
  ),
  MAPPING_CHANGED: fix(
    'A batch was staged by another mapping.',
    'Go on with that one, or run detect for the customer.',
  ),
  MAPPING_INVALID: fix('The mapping is not valid YAML, or breaks a rule.', 'Correct the file, or MAPPING_FILE.'),
  CUSTOMER_UNKNOWN: fix('The mapping has no customer of this name.', 'Correct --customer, or add it to the mapping.'),
  FILE_FAILED: again('A file could not be read or written; this can be temporary.', 'Free disk space, or wait.'),
  FILE_UNUSABLE: fix(
    'A file is missing, or its permissions or its format are wrong.',
    'Correct the path, the permissions or the file.',
  ),
  OUTPUT_NOT_WRITTEN: again('The outputs could not be written to stdout.', 'Run again: the outputs are the same.'),
  SCHEMA_MISMATCH: fix(
    'A row or an answer does not have the format that this version writes.',
    'Run migrate --check and doctor; report it if they find nothing.',
  ),
  STATEMENT_INVALID: fix(
    'A statement was given too few values, or reads a column wrongly.',
    'Report it: this is a bug.',
  ),
  UNEXPECTED: again('A bug in the program.', 'Report it with the log lines above.'),
};

const RUNS = {
  LOCK_BUSY: again('Another task held the lock for longer than LOCK_WAIT.', 'Run again when the named holder is done.'),
  LOCK_LOST: again('The connection that held a lock was cut.', 'Run again.'),
  RUN_NOT_FOUND: fix('There is no run with this id, or no run yet.', 'Use the runId in the outputs of detect.'),
  RUN_UNFINISHED: again(
    'The run is unfinished: its detect is still running, or was stopped.',
    'Run detect again with the same --run-key.',
  ),
  RUN_TAKEN_OVER: again('Another process finished this run meanwhile.', 'Run again to get its outputs.'),
  RUN_KEY_REUSED: fix('An unfinished run with this key has other flags.', 'Use the same flags, or another --run-key.'),
  BATCH_NOT_FOUND: fix('There is no batch with this id.', 'See batch list.'),
  ID_AMBIGUOUS: fix('The short id matches several runs or batches.', 'Use one of those that the message names.'),
  BATCH_NOT_STAGED: fix('A step was called before stage.', 'Run the steps in their order.'),
  BATCH_TAKEN_OVER: again(
    'Another process is working on this batch, or it was closed meanwhile.',
    'Run the step again if the batch is still open.',
  ),
  MAPPING_VERSIONS_TOO_MANY: fix(
    'The snapshot holds lines of too many mapping versions.',
    'Run detect --full and its batches.',
  ),
  SNAPSHOT_DAMAGED: fix(
    'Stored values do not agree with their hash or mapping: somebody changed them.',
    'Do what the message says; otherwise restore the table from a backup.',
  ),
};

const SOURCE = {
  SOURCE_MISSING: fix(
    'The table or view of the orders does not exist.',
    'Correct SOURCE_TABLE or WAREHOUSE_SCHEMA, or grant SELECT.',
  ),
  SOURCE_EMPTY: fix('The source has no rows, which would delete every order.', 'Load it, or correct SOURCE_TABLE.'),
  SOURCE_COLUMN_MISSING: fix(
    'The source lacks a column that the mapping needs.',
    'Put the column back, or change the mapping.',
  ),
  SOURCE_UUIDS_INVALID: fix('Too many rows have no uuid of their own.', 'Give every row a uuid of its own.'),
  SOURCE_CUSTOMERS_TOO_MANY: fix('The customer column holds too many names.', 'Check source.customer of the mapping.'),
  SOURCE_CHANGED: again('The source was changed while it was read.', 'Run again when it is loaded.'),
  SIZE_COLUMNS_INVALID: fix(
    'The size columns are not where the mapping says.',
    'Correct sizes of the mapping, or the table.',
  ),
  SIZE_COLUMN_GONE: fix('A size that lines use no longer has a column.', 'Put it back, or pass --allow-large-change.'),
};

const DATABASE = {
  DATABASE_UNREACHABLE: again(
    'The server cannot be reached, or cut the connection.',
    'Check host, port, network and server.',
  ),
  DATABASE_TIMEOUT: again('A statement was not answered in time.', 'Run again; check the load of the server.'),
  DATABASE_ERROR: again(
    'The server refused a statement; this can be temporary.',
    'Run again; if the error persists, read its message.',
  ),
  DATABASE_URL_INVALID: fix(
    'The host, port, database or TLS mode in the URL is wrong.',
    'Correct WAREHOUSE_URL or ARCHIVE_URL.',
  ),
  DATABASE_UNTRUSTED: fix(
    "The server's certificate is not valid.",
    'Name its authority, or the host it was issued for.',
  ),
  DATABASE_LOGIN_REFUSED: fix('The server refuses user or password.', 'Correct them in the URL, or renew the login.'),
  DATABASE_PERMISSION_DENIED: fix('The user lacks a permission.', 'Grant what sql/grants/mssql.sql lists.'),
  DATABASE_UNSUITABLE: fix('The server or its tables cannot do what is needed.', 'Run doctor: it names what differs.'),
  TABLE_LOCKED: again(
    'Another session held a table for longer than LOCK_WAIT.',
    'Run again when that transaction has ended.',
  ),
  TABLE_MISSING: fix('A table or column of the pipeline does not exist.', 'Run migrate, or correct WAREHOUSE_SCHEMA.'),
  TABLE_NOT_EMPTY: fix('The table to load already holds rows.', 'Pass --replace to delete them.'),
  VALUE_TOO_LONG: fix('A value does not fit into its column.', 'Compare the tables with doctor.'),
  MIGRATION_FAILED: fix('A step of migrate failed.', 'Correct the cause, then run migrate again.'),
};

const API = {
  TOKEN_REFUSED: fix('monday.com refuses the token.', 'Set MONDAY_API_TOKEN to a valid token of the account.'),
  API_REQUEST_REFUSED: fix(
    'monday.com refuses a request of this token.',
    "Check the board and the permissions of the token's user.",
  ),
  API_UNREACHABLE: again('monday.com does not answer.', 'Check the network; run again later.'),
  API_URL_INVALID: fix('What answers at MONDAY_API_URL is not the API.', 'Correct MONDAY_API_URL.'),
  API_UNTRUSTED: fix('The certificate of MONDAY_API_URL is not valid.', 'Name its authority in NODE_EXTRA_CA_CERTS.'),
  API_VERSION_CHANGED: fix('The API answers in another version.', 'Update this program: docs/upgrade.md.'),
  API_ANSWER_INVALID: fix(
    'An answer does not have the documented format.',
    'Compare the operations with the schema of the API.',
  ),
  API_ANSWER_INCOMPLETE: again('An answer lacks what was requested.', 'Run again later.'),
  CURSOR_EXPIRED: again('The cursor of a page of the board has expired.', 'Run again.'),
  RATE_LIMITED: again('The API demands a longer pause than the task waits.', 'Run again at the time it names.'),
  DAILY_LIMIT_EXCEEDED: again("The account's daily calls are used up.", 'Run again after midnight UTC.'),
};

const BOARD = {
  BOARD_NOT_FOUND: fix(
    'The board does not exist, or is hidden from the token.',
    "Check MONDAY_BOARD_ID and the token's user.",
  ),
  BOARD_INACTIVE: fix('The board is archived or deleted.', 'Restore it, or correct MONDAY_BOARD_ID.'),
  BOARD_OTHER: fix('The ledger belongs to another board.', 'Correct MONDAY_BOARD_ID, or use a database of its own.'),
  BOARD_IN_USE: fix(
    'The probe needs an empty board, and this one is not.',
    'Create a new board, and name it in --board.',
  ),
  BOARD_MISMATCH: fix(
    'The columns of the board do not fit the mapping.',
    'Run doctor, and doctor --fix for key columns.',
  ),
  BOARD_COLUMN_MISSING: fix('A column that the mapping writes to is gone.', 'Add it, or correct the mapping.'),
  BOARD_COLUMN_TYPE: fix('A column has another type than the mapping says.', 'Correct the column, or the mapping.'),
  KEY_COLUMN_MISSING: fix('The board has no key column of type text.', 'Run doctor --fix.'),
  SUBITEMS_MISSING: fix('The board has no subitems column.', 'Add a subitem to any item by hand once.'),
  LABELS_UNREADABLE: fix('The labels of a column cannot be read.', 'Check the column on the board.'),
  ITEMS_UNREADABLE: fix(
    'Items without our key cannot be read.',
    "Open them as the token's user; archive those that do not open.",
  ),
  ORDERS_UNKEYED: fix("The board holds this customer's orders without our key.", 'Run doctor --adopt.'),
  BOARD_WRITE_REFUSED: fix(
    'The board refuses a column, a label or a key for good.',
    'Do what the message says, then run again.',
  ),
  BOARD_WRITE_FAILED: again('A write was not accepted after several attempts.', 'Run again later.'),
  LINES_UNSETTLED: again('Lines could neither be sent nor settled.', 'Run push again.'),
  PROBE_NOT_BEGUN: again('The probe could not start; nothing was written.', 'Run it again.'),
  PROBE_LEFTOVERS: again('A probe left columns or groups on the board.', 'Run probe clean-up.'),
};

const ARCHIVE = {
  ARCHIVE_NOT_FOUND: fix('There is no archive with this id.', 'See archive list.'),
  ARCHIVE_DAMAGED: fix(
    'An archive is not identical to what was written.',
    'Choose another one, or restore its row from a backup.',
  ),
  ARCHIVE_MISMATCH: again('A new archive differs when read back.', 'Run archive again: nothing was kept.'),
  ARCHIVE_VERSION_UNKNOWN: fix('A newer program wrote the archive.', 'Use the version of the program that wrote it.'),
  RESTORED_LINES_DAMAGED: fix(
    'The lines of a restore are not what was archived.',
    'Restore another archive, or release the customer.',
  ),
};

/** Programs around the tasks: the demo, the board simulator, the embedded database, the sample. */
const LOCAL = {
  ORDERS_FILE_INVALID: fix('A CSV file of orders cannot be used.', 'Correct the line that the message names.'),
  DEMO_RUNNING: fix('Another demo is up in the same folder.', 'End it, or add --fresh.'),
  EMBEDDED_DATABASE_FAILED: again(
    'The embedded PostgreSQL does not start or stop.',
    'Read its message, then run again.',
  ),
  EMBEDDED_DATABASE_UNUSABLE: fix('The embedded PostgreSQL cannot run here.', 'Do what the message says.'),
  SIMULATOR_FAILED: fix('The board simulator did not start.', 'Choose another port, or read its message.'),
  DEMO_FAILED: again('A task of the demo failed.', 'Read its output, and run again.'),
};

const DEPLOYMENT = {
  KESTRA_REFUSED: fix('Kestra refuses the log-in, a flow or the call.', 'Do what the message says.'),
  KESTRA_UNREACHABLE: again('Kestra does not answer.', 'Run again: what was updated stays.'),
  IMAGE_MISSING: fix('The workers would not find an image.', 'Build it with npm run images, or push it.'),
  DEPLOY_INCOMPLETE: again('The flows or images of the server are not all of this version.', 'Run deploy again.'),
};

/** The codes by what they are about, in the order of docs/errors.md. */
export const ERROR_GROUPS: Readonly<Record<string, Readonly<Record<string, ErrorKind>>>> = {
  'The program': PROGRAM,
  'Locks, runs and batches': RUNS,
  'The source': SOURCE,
  'The databases': DATABASE,
  'The API': API,
  'The board': BOARD,
  'The archive': ARCHIVE,
  'Demo and sample': LOCAL,
  Deployment: DEPLOYMENT,
};

/** Every error has one of these. Alerts are built on them: codes may be added, but never renamed or given another meaning. */
export const ERROR_CODES = {
  ...PROGRAM,
  ...RUNS,
  ...SOURCE,
  ...DATABASE,
  ...API,
  ...BOARD,
  ...ARCHIVE,
  ...LOCAL,
  ...DEPLOYMENT,
};
export type ErrorCode = keyof typeof ERROR_CODES;
type CodesOf<ExitCode> = {
  [Code in ErrorCode]: (typeof ERROR_CODES)[Code]['exitCode'] extends ExitCode ? Code : never;
}[ErrorCode];
export type TryAgainCode = CodesOf<1>;
export type FixFirstCode = CodesOf<2>;
