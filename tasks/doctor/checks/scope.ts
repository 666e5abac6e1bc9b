import { FixFirstError } from '../../../shared/ground/errors.js';
import { isUuid } from '../../../shared/ground/ids.js';
import { addCount, groupBy } from '../../../shared/ground/lists.js';
import { plural } from '../../../shared/ground/text.js';
import { partialLayout, type SourceLayout, sourceLayout } from '../../../shared/lines/layout.js';
import { nearestKnown } from '../../../shared/mapper/nearest.js';
import { compileCancelled, compileScope } from '../../../shared/mapper/scope.js';
import { compileUnknownName, type UnknownName, unknownKey } from '../../../shared/mapper/unknown-names.js';
import { type Unmapped, unmappedText } from '../../../shared/mapper/unmapped.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { customerColumns } from '../../../shared/mapping/mapping-version.js';
import { columnsOfRule } from '../../../shared/mapping/rules.js';
import { textOf } from '../../../shared/mapping/texts.js';
import { unsoundText } from '../../../shared/store/refused.js';
import { liveUuids } from '../../../shared/store/snapshot-look-ups.js';
import { scanLines } from '../../../shared/store/source.js';
import type { ColumnInfo, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { Check } from '../finding.js';
import { type Found, found, listed } from '../finding.js';

interface NameTally {
  readonly unknown: UnknownName;
  lines: number;
  readonly uuids: string[];
}

/** Cancelled lines of the source. */
interface CancelledTally {
  inScope: number;
  /** Of those out of scope. */
  readonly uuids: string[];
}

/** Rule 8: names and words in the source that keep lines out of scope although the mapping does not know them. */
export const scope: Check = {
  name: 'scope',
  async run(site) {
    const database = await site.warehouse.get();
    const mapping = await site.mapping.get();
    const table = site.need('SOURCE_TABLE');
    const columns = await database.columns(table);
    const layout = columns.length === 0 ? undefined : fittingLayout(mapping, columns);
    if (layout === undefined) return { summary: 'not checked, see source', found: [] };
    const { kept, cancelled, unsound } = await readKept(database, mapping, table, columns);
    const pipeline = await site.pipeline.ifThere();
    const knownOf = async (uuids: readonly string[]): Promise<number> =>
      pipeline === undefined ? 0 : (await liveUuids(pipeline, uuids)).length;
    const unmapped: Unmapped[] = [];
    for (const each of kept) unmapped.push(describe(mapping, each, await knownOf(each.uuids)));
    const never = cancelled.inScope > 0 ? 0 : await knownOf(cancelled.uuids);
    const left = unmapped.filter(({ known }) => known > 0);
    return {
      summary:
        unmapped.length === 0 ? 'every name and word is known' : `${unmapped.length} names or words are not known`,
      found: [
        ...left.map(leftFinding),
        ...foreignFindings(unmapped.filter(({ known }) => known === 0)),
        ...cancelledFindings(never),
        ...unsoundFindings(unsound, layout.identity),
      ],
    };
  },
};

/** Undefined for a source that lacks what the mapping needs: the check of the source tells of it. */
export function fittingLayout(mapping: Mapping, columns: readonly ColumnInfo[]): SourceLayout | undefined {
  try {
    return sourceLayout(mapping, columns);
  } catch (error) {
    if (error instanceof FixFirstError) return undefined;
    throw error;
  }
}

async function readKept(
  database: Warehouse,
  mapping: Mapping,
  table: string,
  live: readonly ColumnInfo[],
): Promise<{ kept: NameTally[]; cancelled: CancelledTally; unsound: number }> {
  const rules = [...columnsOfRule(mapping.scope), ...columnsOfRule(mapping.cancelled)];
  const layout = partialLayout(mapping, [...new Set([...customerColumns(mapping.source), ...rules])], live);
  const [inScope, unknownOf] = [compileScope(mapping, layout), compileUnknownName(mapping, layout)];
  const isCancelled = compileCancelled(mapping, layout);
  const kept = new Map<string, NameTally>();
  const cancelled: CancelledTally = { inScope: 0, uuids: [] };
  const uuids = new Map<string, number>();
  for await (const rows of scanLines(database, { table, live, layout })) {
    for (const row of rows) {
      const [isIn, text] = [inScope(row), (textOf(row[0]) ?? '').toLowerCase()];
      const uuid = isUuid(text) ? text : '';
      addCount(uuids, uuid);
      if (isCancelled(row)) {
        if (isIn) cancelled.inScope++;
        else if (uuid !== '') cancelled.uuids.push(uuid);
      }
      const unknown = isIn ? undefined : unknownOf(row);
      if (unknown === undefined) continue;
      const key = unknownKey(unknown);
      const one = kept.get(key) ?? { unknown, lines: 0, uuids: [] };
      one.lines++;
      if (uuid !== '') one.uuids.push(uuid);
      kept.set(key, one);
    }
  }
  const unsound = [...uuids].reduce((sum, [uuid, rows]) => sum + (uuid === '' || rows > 1 ? rows : 0), 0);
  return { kept: [...kept.values()].sort((a, b) => b.lines - a.lines), cancelled, unsound };
}

function describe(mapping: Mapping, { unknown, lines }: NameTally, known: number): Unmapped {
  const nearest = nearestKnown(mapping, unknown);
  return { ...unknown, lines, known, ...(nearest === undefined ? {} : { nearest }) };
}

const codeOf = (unmapped: Unmapped) => ('customer' in unmapped ? 'CUSTOMER_UNMAPPED' : 'SCOPE_WORD_UNKNOWN');
const subjectOf = (unmapped: Unmapped): string => ('customer' in unmapped ? unmapped.customer : unmapped.column);

function leftFinding(unmapped: Unmapped): Found {
  return found(codeOf(unmapped), {
    subject: subjectOf(unmapped),
    what: `The mapping does not know ${unmappedText(unmapped)}.`,
  });
}

/** What was never on the board is only worth knowing: one finding for all customers, one for the words of a column. */
function foreignFindings(unmapped: readonly Unmapped[]): Found[] {
  const groups = groupBy(unmapped, (each) => ('customer' in each ? '' : each.column));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return found(codeOf(first), {
      subject: group.length === 1 ? subjectOf(first) : `${group.length} names`,
      what: `The mapping does not know ${listed(group.map(unmappedText))}.`,
      severity: 'info',
      remedy:
        'Add them to the mapping if they belong on the board; list them under out_of_scope if they are meant to stay out.',
    });
  });
}

/** Where all cancelled lines leave scope, what the mapping says of cancelled ones has no effect. */
function cancelledFindings(known: number): Found[] {
  if (known === 0) return [];
  return [
    found('CANCELLED_OUT_OF_SCOPE', {
      subject: 'cancelled',
      what: `No cancelled line is in scope; of those out of scope the board shows ${plural(known, 'line')}.`,
    }),
  ];
}

/** Rule 5: told here as well, because a row that detect leaves out is new to nobody from its second run on. */
function unsoundFindings(rows: number, identity: string): Found[] {
  return rows === 0 ? [] : [found('UUIDS_UNSOUND', { subject: identity, what: `${unsoundText(rows)}.` })];
}
