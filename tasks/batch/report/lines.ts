import type { ItemColumn } from '../../../shared/mapping/mapping.js';
import type { ChangedLine } from '../../../shared/store/change-figures.js';
import type { SizeOfLine } from '../../../shared/store/staging.js';
import { plural } from './format.js';
import type { CustomerFacts } from './read-report.js';

/** A changed line with its sizes, as they were staged. */
export interface ReportedLine extends ChangedLine {
  sizes: readonly SizeOfLine[];
}

/** How a line ended: landed; failed; neither yet, so that somebody or a later run has to act; or nothing was to do. */
export type LineEnding = 'landed' | 'failed' | 'open' | 'nothing';
export interface LineOutcome {
  ending: LineEnding;
  text: string;
}

const as = (ending: LineEnding, text: string): LineOutcome => ({ ending, text });

/** What became of a line, in words that hold whatever happened to it since. */
export function outcomeOf(
  line: ReportedLine,
  { found, batch }: CustomerFacts,
  columns: readonly ItemColumn[],
): LineOutcome {
  if (found.state === 'BRAKED') return as('open', 'not sent: the customer was braked');
  if (found.state === 'BUSY') return as('open', 'not sent: something else was working on the customer');
  if (line.held) return as('open', 'held back, because it had failed before; not sent');
  if (batch === undefined)
    return found.state === 'SUPERSEDED' ? as('open', 'left to a newer run') : as('open', 'not in a batch yet');
  const isDry = batch.status === 'DRY_RUN';
  switch (line.status) {
    case 'API_SUCCESS':
      return withSizes(itemOutcome(line, columns), line);
    case 'API_FAILED':
      return as('failed', 'failed');
    case 'REJECTED':
      return as('failed', isDry ? 'would be rejected' : 'rejected before sending');
    case 'OBSOLETE':
      return as('nothing', 'no longer so when it was read again, so nothing was sent');
    case null:
      if (batch.status === 'STARTED') return as('open', 'not staged yet');
      if (batch.status === 'SUPERSEDED') return as('open', 'left to a newer run');
      return as('nothing', 'what became of it is no longer kept');
    default:
      if (isDry) return as('nothing', 'dry run, so nothing was sent');
      if (batch.status === 'SUPERSEDED') return as('open', 'not finished: a newer run took it over');
      return line.unanswered ? as('open', 'sent; its answer is not known yet') : as('open', 'not sent yet');
  }
}

function itemOutcome(line: ReportedLine, columns: readonly ItemColumn[]): LineOutcome {
  const { action, change, differences } = line;
  if (action !== 'UNCHANGED') return as('landed', (action ?? 'done').toLowerCase());
  if (line.sizes.some(isSent)) return as('landed', 'only its sizes changed on the board');
  if (change === 'REKEYED') return as('nothing', 'the same content under a new uuid: nothing to send');
  const told = differences.map((difference) => tell(difference, line, columns));
  if (told.some(({ unread }) => unread !== undefined)) return as('nothing', 'nothing was sent');
  if (told.length > 0 && told.every(({ onBoard }) => !onBoard))
    return as('nothing', 'nothing to send: none of it is shown on the board');
  return as('nothing', 'nothing to send: the board had it already');
}

const isSent = ({ status, action }: SizeOfLine): boolean => status === 'API_SUCCESS' && action !== 'UNCHANGED';

function withSizes(item: LineOutcome, { sizes }: ReportedLine): LineOutcome {
  const count = (...states: string[]): number => sizes.filter(({ status }) => states.includes(status)).length;
  const [failed, open] = [count('API_FAILED'), count('PENDING', 'SENDING')];
  if (failed > 0) return as('failed', `${item.text}, but ${plural(failed, 'size')} failed`);
  return open > 0 ? as('open', `${item.text}; ${plural(open, 'size')} not done yet`) : item;
}

/** A difference in the source, and what it means for the board. */
export interface ToldDifference {
  label: string;
  before: string | null;
  after: string | null;
  /** A column that the mapping sends, or a size. */
  onBoard: boolean;
  failed: boolean;
  /** There where the text could not be read and was not sent: what was last sent instead, null where nothing was. */
  unread?: string | null;
}

export function tell(
  { kind, name, before, after }: ChangedLine['differences'][number],
  { sizes, unread, answered }: ReportedLine,
  columns: readonly ItemColumn[],
): ToldDifference {
  if (kind === 'size') {
    const size = sizes.find((each) => each.size === name);
    const told = { label: `size ${name}`, before, after, onBoard: true, failed: size?.status === 'API_FAILED' };
    return unread.sizes.includes(name) ? { ...told, unread: size === undefined ? null : String(size.quantity) } : told;
  }
  const targets = columns.filter(({ source }) => source === name);
  const told = { label: name, before, after, onBoard: targets.length > 0, failed: false };
  const kept = targets.find(({ title }) => unread.columns.includes(title));
  return kept === undefined ? told : { ...told, unread: answered[kept.id] ?? null };
}

/** Columns and sizes that could not be read though nothing is recorded of what they were before. */
export function unreadBesides(line: ReportedLine, columns: readonly ItemColumn[]): string[] {
  const differing = new Set(line.differences.map(({ kind, name }) => `${kind} ${name}`));
  const titles = columns.filter(({ title }) => line.unread.columns.includes(title));
  return [
    ...titles.filter(({ source }) => !differing.has(`column ${source}`)).map(({ source }) => source),
    ...line.unread.sizes.filter((size) => !differing.has(`size ${size}`)).map((size) => `size ${size}`),
  ];
}
