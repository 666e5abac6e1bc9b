import { differencesOf } from '../../shared/lines/differences.js';
import { compileKept, type Kept } from '../../shared/lines/kept.js';
import type { Method } from '../../shared/store/states.js';
import type { ArrayRow } from '../../shared/warehouse/port/warehouse.js';
import { lineKeyOf } from './line-key.js';
import type { Sides } from './lines.js';
import { type Matching, NONE } from './matching.js';
import type { Snapshot } from './snapshot.js';
import type { Source } from './source.js';
import { type JudgeOptions, visitLines } from './tally.js';
import { judgeSource, judgeVanished, type Verdict } from './verdict.js';

const CHUNK = 2_000;

/** What a change set holds of a line, in the order of its rows. */
export const CHANGE_COLUMNS = [
  { name: 'run_id', type: 'uuid' },
  { name: 'line_key', type: 'uuid' },
  { name: 'customer', type: 'text(255)' },
  { name: 'old_customer', type: 'text(255)' },
  { name: 'record_uuid', type: 'uuid' },
  { name: 'old_uuid', type: 'uuid' },
  { name: 'change', type: 'text(32)' },
  { name: 'reason', type: 'text(32)' },
  { name: 'row_hash', type: 'text(64)' },
  { name: 'differences', type: 'text' },
] as const;

/** What a run found, and where more can be read about it. */
export interface Findings {
  readonly runId: string;
  readonly sides: Sides;
  readonly matching: Matching;
  readonly judge: JudgeOptions;
  readonly method: Method;
  readonly source: Source;
  readonly snapshot: Snapshot;
}

interface Found {
  readonly verdict: Verdict;
  readonly sourceLine: number;
  readonly knownLine: number;
}

/** Rows of MON_Change for these customers, in the order of CHANGE_COLUMNS. */
export async function* changeRows(findings: Findings, customers: ReadonlySet<string>): AsyncGenerator<ArrayRow> {
  const lines = findChanges(findings, customers);
  for (let start = 0; start < lines.length; start += CHUNK) {
    const chunk = lines.slice(start, start + CHUNK).map((line) => describe(findings, line));
    const differences =
      findings.method === 'fields' ? await readDifferences(findings, chunk) : new Map<number, string>();
    for (const found of chunk) yield changeRow(findings, found, differences.get(found.sourceLine) ?? null);
  }
}

function isChange(verdict: Verdict): boolean {
  const { change } = verdict;
  return change === 'NEW' || change === 'CHANGED' || change === 'DELETED' || change === 'REKEYED';
}

/** Changed lines: a source line by its ordinal, a vanished known line by the complement of its own. */
function findChanges({ sides, matching, judge }: Findings, customers: ReadonlySet<string>): number[] {
  const lines: number[] = [];
  visitLines(sides, matching, judge, (verdict, sourceLine, knownLine) => {
    if (!isChange(verdict)) return;
    const vanished = sourceLine === NONE;
    const customer = vanished ? sides.known.lines.customerOf(knownLine) : sides.source.lines.customerOf(sourceLine);
    if (customers.has(sides.names.nameOf(customer))) lines.push(vanished ? ~knownLine : sourceLine);
  });
  return lines;
}

function describe({ sides, matching, judge }: Findings, line: number): Found {
  if (line < 0) return { verdict: judgeVanished(sides, ~line, judge), sourceLine: NONE, knownLine: ~line };
  return { verdict: judgeSource(sides, matching, line, judge), sourceLine: line, knownLine: matching.knownOf(line) };
}

function changeRow({ runId, sides, matching }: Findings, found: Found, differences: string | null): ArrayRow {
  const { verdict, sourceLine, knownLine } = found;
  const known = sides.known.lines;
  if (sourceLine === NONE) {
    const uuid = known.uuidOf(knownLine);
    const customer = sides.names.nameOf(known.customerOf(knownLine));
    const lineKey = sides.known.keys.uuidOf(knownLine);
    return [
      runId,
      lineKey,
      customer,
      null,
      uuid,
      null,
      verdict.change,
      verdict.reason,
      hex(known.hashOf(knownLine)),
      null,
    ];
  }
  const source = sides.source.lines;
  const uuid = source.uuidOf(sourceLine);
  const customer = sides.names.nameOf(source.customerOf(sourceLine));
  const isLive = knownLine !== NONE && knownLine < sides.known.live;
  const oldCustomer = isLive ? sides.names.nameOf(known.customerOf(knownLine)) : customer;
  const oldUuid = isLive ? known.uuidOf(knownLine) : uuid;
  return [
    runId,
    lineKeyOf(sides, matching, sourceLine),
    customer,
    oldCustomer === customer ? null : oldCustomer,
    uuid,
    oldUuid === uuid ? null : oldUuid,
    verdict.change,
    verdict.reason,
    hex(source.hashOf(sourceLine)),
    differences,
  ];
}

/** Rule 10: which columns of the changed lines differ from the kept values, old and new, as JSON by source line. */
async function readDifferences(findings: Findings, chunk: readonly Found[]): Promise<Map<number, string>> {
  const { sides, source, snapshot } = findings;
  const isLive = (line: number): boolean => line !== NONE && line < sides.known.live;
  const changed = chunk.filter(({ verdict, knownLine }) => verdict.change === 'CHANGED' && isLive(knownLine));
  const before = new Map<number, Kept>();
  const lineKeys = changed.map(({ knownLine }) => sides.known.keys.uuidOf(knownLine));
  for await (const lines of snapshot.valuesOf(lineKeys))
    for (const { lineKey, kept } of lines) before.set(sides.known.keys.find(lineKey), kept);
  const keptOf = compileKept(source.layout, snapshot.columns);
  const differences = new Map<number, string>();
  for await (const rows of source.byUuids(changed.map(({ sourceLine }) => sides.source.lines.uuidOf(sourceLine)))) {
    for (const row of rows) {
      const line = sides.source.lines.find(String(row[0]));
      const old = before.get(findings.matching.knownOf(line));
      if (old) differences.set(line, JSON.stringify(differencesOf(snapshot.columns, old, keptOf(row))));
    }
  }
  return differences;
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('hex');
}
