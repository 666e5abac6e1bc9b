import { SHOWN_NAME } from '../../../shared/ledger/entry.js';
import { withdrawAcknowledgements } from '../../../shared/store/snapshot.js';
import { unpromotedLines } from '../../../shared/store/staging.js';
import type { Connection } from '../model/connect.js';
import type { AuditedEntry, AuditFinding } from './findings.js';

export interface Repair {
  findings: readonly AuditFinding[];
  entries: readonly AuditedEntry[];
  overwriteEdits: boolean;
  now: Date;
}

/** Findings that the next run sends again, by kind. */
export type Mended = Readonly<Record<'missing' | 'differing' | 'edited', number>>;
export const NOTHING_MENDED: Mended = { missing: 0, differing: 0, edited: 0 };

/**
 * Repairs what is ours. Missing and differing ones lose their acknowledgement and count as unsettled, so that the next run
 * finds their lines changed and sends them in the usual way. Lines that an open batch has sent are left for later: its
 * promote would acknowledge what it sent, and the repair would be forgotten.
 */
export async function repair(
  connection: Connection,
  { findings, entries, overwriteEdits, now }: Repair,
): Promise<Mended> {
  const { warehouse, ledger } = connection;
  const mended = findings.filter(
    ({ kind }) => kind === 'missing' || kind === 'differing' || (kind === 'edited' && overwriteEdits),
  );
  const known = new Map(entries.map((audited) => [audited.place, audited.entry]));
  const changes = mended.flatMap(({ kind, place, columns }) => {
    const stored = place === null ? undefined : known.get(place);
    if (place === null || stored === undefined || stored.attempt !== null) return [];
    // A missing one differs in everything: push then looks for it and creates it again.
    const sent = Object.keys(stored.answered).filter((column) => column !== SHOWN_NAME);
    const unsettled = kind === 'missing' ? sent : columns.map(({ column }) => column);
    const since = [...new Set([...stored.since, ...unsettled])];
    return [{ kind, place, stored, entry: { ...stored, since } }];
  });
  const repaired = await warehouse.transaction(async (transaction) => {
    const unpromoted = await unpromotedLines(transaction, [...new Set(changes.map(({ place }) => place.key))]);
    const free = changes.filter(({ place }) => !unpromoted.has(place.key));
    await ledger.write(transaction, mergedByPlace(free), { batchId: null, now });
    await withdrawAcknowledgements(
      transaction,
      [...new Set(free.map(({ place }) => place.key))].map((lineKey) => ({ lineKey, deleted: true })),
    );
    return free;
  });
  const count = (wanted: keyof Mended): number => repaired.filter(({ kind }) => kind === wanted).length;
  return { missing: count('missing'), differing: count('differing'), edited: count('edited') };
}

type EntryChange = Parameters<Connection['ledger']['write']>[1][number];

/** One row for each entry, though it may have more than one finding. */
function mergedByPlace(changes: readonly EntryChange[]): EntryChange[] {
  const merged = new Map<EntryChange['place'], EntryChange>();
  for (const change of changes) {
    const before = merged.get(change.place);
    const since = [...new Set([...(before?.entry.since ?? []), ...change.entry.since])];
    merged.set(change.place, { ...change, entry: { ...change.entry, since } });
  }
  return [...merged.values()];
}
