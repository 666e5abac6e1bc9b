import type { AppliedEdit } from '../orders/command.js';
import type { RunReport } from './pipeline.js';

/** What the edits did to the source, as far as a run must show it. */
export interface ExpectedEdits {
  deleted: number;
  added: number;
  /** Lines whose record_uuid was renewed and nothing else. */
  rekeyed: number;
  changed: number;
  /** Lines with a word in the scope's column that the mapping does not know. */
  unknownWord: number;
  /** Lines with a text that is not a number. They are among the changed ones. */
  unreadable: number;
  /** Lines of a customer whose name the mapping no longer knows. */
  renamed: number;
}

/** The violated expectations, one sentence each; empty if the demo succeeded. */
export function shortfalls(runs: readonly RunReport[], edits: ExpectedEdits, told: readonly string[]): string[] {
  const [first, second, third] = runs;
  if (!first || !second || !third) return ['not every run took place'];
  const failed = runs.reduce((sum, { items, subitems }) => sum + items.failed + subitems.failed, 0);
  const checks: [boolean, string][] = [
    [failed === 0, `${failed} lines or subitems failed`],
    [
      first.items.created === first.changes.new,
      `the first load created ${first.items.created} items for ${first.changes.new} new lines`,
    ],
    [
      second.batches === 0 && second.mutations === 0,
      `the run without changes made ${second.batches} batches and ${second.mutations} mutations`,
    ],
    [
      third.changes.rekeyed === edits.rekeyed,
      `the reload shows ${third.changes.rekeyed} re-keyed lines, not ${edits.rekeyed}`,
    ],
    [
      third.changes.new === edits.added && third.items.created === edits.added,
      `${edits.added} added lines show as ${third.changes.new} new and ${third.items.created} items`,
    ],
    [
      third.changes.deleted === edits.deleted && third.items.archived === edits.deleted,
      `${edits.deleted} deleted lines show as ${third.changes.deleted} and ${third.items.archived} archived items`,
    ],
    [
      edits.unknownWord === third.unmapped.reduce((sum, each) => sum + ('word' in each ? each.known : 0), 0),
      `${edits.unknownWord} lines with an unknown word are not told`,
    ],
    [
      edits.renamed === 0 || third.unmapped.some((each) => 'customer' in each && each.known > 0),
      'a renamed customer is not told',
    ],
    [
      edits.unreadable === 0 || told.some((text) => text.startsWith('NOT_A_NUMBER')),
      'an unreadable number is not told',
    ],
    [third.braked.every(({ reason }) => reason === 'SCOPE'), 'a customer was braked that only changed a little'],
    [third.changes.changed === edits.changed, `${edits.changed} edited lines show as ${third.changes.changed} changed`],
  ];
  return checks.filter(([ok]) => !ok).map(([, sentence]) => sentence);
}

/** Every kind of edit except these shows as one changed line. */
export function expectedOf(edits: readonly AppliedEdit[]): ExpectedEdits {
  const count = (kind: AppliedEdit['kind']): number => edits.filter((edit) => edit.kind === kind).length;
  const [deleted, added, rekeyed] = [count('line deleted'), count('line added'), count('uuid renewed')];
  const [unknownWord, renamed] = [count('word unknown'), count('customer renamed')];
  const changed = edits.length - deleted - added - rekeyed - unknownWord - renamed;
  return { deleted, added, rekeyed, changed, unknownWord, unreadable: count('number unreadable'), renamed };
}
