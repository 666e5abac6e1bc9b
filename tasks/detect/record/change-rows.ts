import { compileKept, type Difference, differencesOf, type Kept } from '../../../shared/lines/kept.js';
import type { NewChange } from '../../../shared/store/changes.js';
import type { Change, Method } from '../../../shared/store/states.js';
import { type JudgedLine, type JudgeOptions, judgeLines } from '../compare/brake.js';
import { lineKeyOf, type Matching } from '../compare/matching.js';
import { isChange, type Verdict } from '../compare/verdict.js';
import { NONE } from '../read/flags.js';
import type { Snapshot } from '../read/snapshot.js';
import type { Sides, Source } from '../read/source.js';

const CHUNK = 2_000;

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

interface FoundChange extends JudgedLine {
  readonly verdict: Verdict & { readonly change: Change };
}

/** The changes that a run found of these customers, in chunks. */
export async function* newChanges(findings: Findings, customers: ReadonlySet<string>): AsyncGenerator<NewChange[]> {
  for (const chunk of findChanges(findings, customers)) {
    const differences =
      findings.method === 'fields' ? await readDifferences(findings, chunk) : new Map<number, Difference[]>();
    yield chunk.map((found) => newChange(findings, found, differences.get(found.sourceLine) ?? null));
  }
}

const hasChange = (line: JudgedLine): line is FoundChange => isChange(line.verdict);

/** The changed lines of these customers in parts: all of the source, then known lines that vanished. A first load has millions. */
function* findChanges({ sides, matching, judge }: Findings, customers: ReadonlySet<string>): Generator<FoundChange[]> {
  let part: FoundChange[] = [];
  for (const found of judgeLines(sides, matching, judge)) {
    if (!hasChange(found) || !customers.has(customerOf(sides, found))) continue;
    part.push(found);
    if (part.length < CHUNK) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

function customerOf({ source, known, names }: Sides, { sourceLine, knownLine }: FoundChange): string {
  return names.nameOf(sourceLine === NONE ? known.customerOf(knownLine) : source.lines.customerOf(sourceLine));
}

function newChange({ sides, matching }: Findings, found: FoundChange, differences: Difference[] | null): NewChange {
  const { sourceLine, knownLine } = found;
  const { change, reason } = found.verdict;
  const { known } = sides;
  if (sourceLine === NONE)
    return {
      lineKey: sides.known.keyOf(knownLine),
      customer: sides.names.nameOf(known.customerOf(knownLine)),
      oldCustomer: null,
      recordUuid: known.uuidOf(knownLine),
      oldUuid: null,
      change,
      reason,
      rowHash: hex(known.hashOf(knownLine)),
      differences: null,
    };
  const source = sides.source.lines;
  const recordUuid = source.uuidOf(sourceLine);
  const customer = sides.names.nameOf(source.customerOf(sourceLine));
  const isLive = knownLine !== NONE && knownLine < sides.known.live;
  const oldCustomer = isLive ? sides.names.nameOf(known.customerOf(knownLine)) : customer;
  const oldUuid = isLive ? known.uuidOf(knownLine) : recordUuid;
  return {
    lineKey: lineKeyOf(sides, matching, sourceLine),
    customer,
    oldCustomer: oldCustomer === customer ? null : oldCustomer,
    recordUuid,
    oldUuid: oldUuid === recordUuid ? null : oldUuid,
    change,
    reason,
    rowHash: hex(source.hashOf(sourceLine)),
    differences,
  };
}

/** Rule 10: which columns of the changed lines differ from the kept values, old and new, by source line. */
async function readDifferences(findings: Findings, chunk: readonly FoundChange[]): Promise<Map<number, Difference[]>> {
  const { sides, source, snapshot } = findings;
  const isLive = (line: number): boolean => line !== NONE && line < sides.known.live;
  const changed = chunk.filter(({ verdict, knownLine }) => verdict.change === 'CHANGED' && isLive(knownLine));
  const before = new Map<number, Kept>();
  const lineKeys = changed.map(({ knownLine }) => sides.known.keyOf(knownLine));
  for await (const lines of snapshot.valuesOf(lineKeys))
    for (const { lineKey, kept } of lines) before.set(sides.known.findKey(lineKey), kept);
  const keptOf = compileKept(source.layout, snapshot.columns);
  const differences = new Map<number, Difference[]>();
  for await (const rows of source.byUuids(changed.map(({ sourceLine }) => sides.source.lines.uuidOf(sourceLine)))) {
    for (const row of rows) {
      const line = sides.source.lines.find(String(row[0]));
      const old = before.get(findings.matching.knownOf(line));
      if (old) differences.set(line, differencesOf(snapshot.columns, old, keptOf(row)));
    }
  }
  return differences;
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('hex');
}
