import type { Log } from '../ground/errors.js';
import { csvLine, safeText } from '../ground/parsing.js';
import { printable, trimEndOf } from '../ground/text.js';
import { cutText } from '../mapping/rules.js';
import type { Batch } from '../store/batches.js';
import type { LineFailure } from '../store/failures.js';
import { type RefusedLine, readRefused } from '../store/refused.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import type { Outputs } from './outputs.js';

/** Lines of the log: as many as a person reads. */
const TOLD = 20;
/** Rows of the outputs, and letters of a message in them: a platform accepts about a megabyte of outputs in all. */
const HANDED_OVER = 100;
const LONGEST_MESSAGE = 400;

interface RefusedLines {
  batch: Pick<Batch, 'batchId' | 'customer'>;
  step: LineFailure['step'];
  /** How many lines and sizes were refused in all. */
  count: number;
}

/**
 * Logs which lines a step has refused and why, and outputs them as rows, as rows of a Markdown table and
 * as CSV. The same lines on every call; nothing if nothing was refused.
 */
export async function tellRefused(
  queryable: Queryable,
  { batch, step, count }: RefusedLines,
  log: Log,
): Promise<Outputs> {
  if (count === 0) return {};
  const lines = await readRefused(queryable, { batchId: batch.batchId, step, most: HANDED_OVER });
  for (const line of lines.slice(0, TOLD)) log.warn(sentence(line), placeOf(line, batch));
  if (count > TOLD)
    log.warn(
      `${count - TOLD} more lines and sizes of ${batch.customer} were refused: batch report and ERR_MON_CustMasterSchedule have all.`,
      { batchId: batch.batchId },
    );
  return {
    refused: lines.map(({ title, message, itemId: _, boardUrl: __, ...line }) => ({
      ...line,
      line: nameOf({ title, ...line }),
      message: short(message),
    })),
    refusedTable: lines.map(tableRow).join(''),
    refusedCsv: lines.map((line) => csvRow(line, batch.customer)).join(''),
  };
}

function sentence(line: RefusedLine): string {
  const column = line.column === null ? '' : `, column ${line.column}`;
  const size = line.size === null ? '' : `, size ${line.size}`;
  return `Refused ${nameOf(line)}${size}${column}: ${line.reason}. ${line.message}`;
}

function placeOf({ lineKey, requestId }: RefusedLine, { batchId, customer }: RefusedLines['batch']) {
  return {
    customer,
    batchId,
    ...(lineKey === null ? {} : { lineKey }),
    ...(requestId === null ? {} : { requestId }),
  };
}

/** The name of the line's item, which has the order number in it. */
function nameOf({ title, lineKey }: Pick<RefusedLine, 'title' | 'lineKey'>): string {
  return title ?? `line ${lineKey ?? 'without a key'}`;
}

function tableRow(line: RefusedLine): string {
  const size = line.size === null ? '' : `, size ${line.size}`;
  const name = markdownCell(nameOf(line) + size);
  const address = itemAddress(line);
  const others = [line.column ?? '', line.reason, short(line.message), line.requestId ?? ''].map(markdownCell);
  return `| ${[address === undefined ? name : `[${name}](${address})`, ...others].join(' | ')} |\n`;
}

/** The address of the line's item; undefined if it has none yet, or the board's address cannot be a link. */
function itemAddress({ itemId, boardUrl }: RefusedLine): string | undefined {
  const isPlain = boardUrl !== null && /^https?:\/\/[\w.:/-]+$/.test(boardUrl);
  return itemId === null || !isPlain ? undefined : `${trimEndOf(boardUrl, '/')}/pulses/${itemId}`;
}

function csvRow(line: RefusedLine, customer: string): string {
  const { lineKey, size, column, reason, message, requestId } = line;
  return csvLine([customer, nameOf(line), lineKey, size, column, reason, short(message), requestId], safeText);
}

const short = (text: string): string => cutText(printable(text), LONGEST_MESSAGE);

/** Markdown and HTML characters as entities: an external text creates no link, cell or heading. */
function markdownCell(text: string): string {
  return printable(text).replace(/[^\p{L}\p{N}\p{M} .,;:?'/%()-]/gu, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
}
