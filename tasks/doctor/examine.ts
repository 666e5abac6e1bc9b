import { messageOf, TaskError, TryAgainError } from '../../shared/ground/errors.js';
import type { ColumnType, Mapping } from '../../shared/mapping/mapping.js';
import type { BoardColumn, BoardShape } from '../../shared/monday/board-replies.js';
import type { CheckName } from './catalogue.js';
import { type Check, type DoctorReport, type Found, found, PartMissing } from './finding.js';
import type { Boards, Site } from './site.js';

/** What one check has come to. */
interface Looked {
  name: CheckName;
  summary: string;
  skipped: boolean;
  found: readonly Found[];
}

/** Looks at everything, each check on its own; with `fix` makes what is missing and looks again. */
export async function examine(site: Site, checks: readonly Check[], options: { fix: boolean }): Promise<DoctorReport> {
  const seen: Looked[] = [];
  const fixed: string[] = [];
  for (const check of checks) {
    const looked = await look(check, site);
    if (!options.fix || check.fix === undefined || !looked.found.some(({ fixable }) => fixable)) seen.push(looked);
    else {
      const failed = await mend(check, site, fixed);
      site.forget();
      // After a failure as well: a part of it may be mended.
      const again = await look(check, site);
      seen.push({ ...again, found: [...again.found, ...failed] });
    }
  }
  const findings = seen.flatMap(({ name, found: each }) => each.map((one) => ({ check: name, ...one })));
  return {
    agrees: findings.every(({ severity }) => severity === 'info'),
    checks: seen.map(({ name, summary, skipped, found: each }) => ({
      check: name,
      state: skipped ? 'skipped' : each.length === 0 ? 'passed' : 'found',
      summary,
    })),
    findings,
    fixed,
  };
}

async function look(check: Check, site: Site): Promise<Looked> {
  site.signal.throwIfAborted();
  const { name } = check;
  try {
    return { name, skipped: false, ...(await check.run(site)) };
  } catch (error) {
    site.signal.throwIfAborted();
    if (!(error instanceof PartMissing))
      return { name, summary: 'not checked', skipped: false, found: [unchecked(name, error)] };
    if (error.owner !== name) return { name, summary: `not checked, see ${error.owner}`, skipped: true, found: [] };
    const about = { subject: name, what: error.message, passing: error.cause instanceof TryAgainError };
    return { name, summary: 'out of reach', skipped: false, found: [found(error.code, about)] };
  }
}

function unchecked(name: CheckName, error: unknown): Found {
  const what = error instanceof TaskError ? error.message : `Unexpected, please report it: ${messageOf(error)}.`;
  return found('UNCHECKED', { subject: name, what, passing: error instanceof TryAgainError });
}

/** What could not be mended; what was is added to `fixed`. */
async function mend(check: Check, site: Site, fixed: string[]): Promise<Found[]> {
  const fixFailures: Found[] = [];
  const failed = (subject: string, error: TaskError | PartMissing): void => {
    const passing = error instanceof TryAgainError;
    fixFailures.push(found('FIX_FAILED', { subject, what: error.message, passing }));
  };
  try {
    await check.fix?.(site, { done: (what) => fixed.push(what), failed });
  } catch (error) {
    site.signal.throwIfAborted();
    if (!(error instanceof TaskError || error instanceof PartMissing)) throw error;
    failed(check.name, error);
  }
  return fixFailures;
}

/** A column that the mapping writes to. */
export interface MappedColumn {
  id: string;
  title: string;
  type: ColumnType;
  createLabels: boolean;
  /** The labels that the mapping itself can ask for; undefined when the source's texts decide. */
  labels: readonly string[] | undefined;
}

/** A board beside what the mapping says of it. */
export interface MappedBoard {
  of: 'items' | 'subitems';
  boardId: string;
  live: ReadonlyMap<string, BoardColumn>;
  key: Mapping['item']['key'];
  columns: readonly MappedColumn[];
}

/** The items' board and, where there is one, the subitems' board. */
export function mappedBoards(mapping: Mapping, { items, subitems }: Boards): MappedBoard[] {
  const itemColumns = mapping.item.columns.map(
    (column): MappedColumn => ({ ...column, labels: labelsOf(mapping, column) }),
  );
  const { lastChange } = mapping.item;
  if (lastChange !== undefined) itemColumns.push({ ...lastChange, createLabels: false, labels: undefined });
  return [
    { of: 'items', boardId: items.id, live: byId(items), key: mapping.item.key, columns: itemColumns },
    ...(subitems === undefined || mapping.subitem === undefined
      ? []
      : [
          {
            of: 'subitems' as const,
            boardId: subitems.id,
            live: byId(subitems),
            key: mapping.subitem.key,
            columns: mapping.subitem.columns.map((column): MappedColumn => ({ ...column, labels: undefined })),
          },
        ]),
  ];
}

function byId({ columns }: BoardShape): Map<string, BoardColumn> {
  return new Map(columns.map((column) => [column.id, column]));
}

function labelsOf(mapping: Mapping, { rule, values }: Mapping['item']['columns'][number]): string[] | undefined {
  if (rule === 'customer') return mapping.everyCustomer ? undefined : mapping.customers.map(({ name }) => name);
  return values.length === 0 ? undefined : [...new Set(values.map(([, label]) => label))];
}
