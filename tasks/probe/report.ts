import { fileError, writeWholeFile } from '../../shared/ground/files.js';
import { addCount } from '../../shared/ground/lists.js';
import { API_VERSION } from '../../shared/monday/client.js';
import type { Exchange } from './calls.js';
import type { Fact, Measured, Point } from './measure.js';
import type { Redactor } from './redact.js';

/** An aspect of a point that the account answers differently from what client and simulator assume. */
export interface AspectDifference {
  aspect: string;
  assumed: Fact;
  answered: Fact;
}

/** What became of a point. */
export type Result = { point: Point; calls: number; mutations: number; points: number } & (
  | { measured: Measured; differences: readonly AspectDifference[] }
  | { notMeasured: string }
);

export function differencesOf({ assumes }: Point, { answered }: Measured): AspectDifference[] {
  return Object.entries(assumes).flatMap(([aspect, assumed]) => {
    const fact = answered[aspect];
    return fact === undefined || fact === assumed ? [] : [{ aspect, assumed, answered: fact }];
  });
}

export function allDifferences(results: readonly Result[]): AspectDifference[] {
  return results.flatMap((result) => ('differences' in result ? result.differences : []));
}

/** The result for people: what differs first, then what could not be measured. */
export function reportLines(results: readonly Result[], file: string): string[] {
  const measured = results.filter((result) => 'measured' in result);
  const missing = results.flatMap((result) => ('notMeasured' in result ? [result] : []));
  const differences = allDifferences(results).length;
  const verdict =
    differences === 0
      ? 'none differs from what client and simulator assume'
      : `${differences} aspects differ from what client and simulator assume`;
  return [
    '',
    `${measured.length} of ${results.length} questions answered: ${verdict}.`,
    ...measured.flatMap(differing),
    ...(missing.length === 0 ? [] : ['', 'Not measured:']),
    ...missing.map(({ point, notMeasured }) => `  ${point.id}: ${notMeasured}`),
    '',
    `The facts stand in ${file}.`,
  ];
}

function differing(result: Result): string[] {
  if (!('differences' in result) || result.differences.length === 0) return [];
  const { point, differences } = result;
  return [
    '',
    `${point.id}: ${point.question}`,
    ...differences.map(
      ({ aspect, assumed, answered }) =>
        `  ${aspect}: assumed ${JSON.stringify(assumed)}, answered ${JSON.stringify(answered)}`,
    ),
    `  relied on in ${point.where.join(', ')}`,
  ];
}

/** Answers kept beside a point: those that refuse or are repeated say the most. */
const MOST_ANSWERS = 6;
const HEADERS = ['ratelimit-policy', 'ratelimit', 'retry-after', 'idempotency-replayed', 'api-version'];

export interface FactSource {
  /** The day, as `2026-11-23`. */
  day: string;
  apiUrl: string;
}

/** A result in the form in which facts about the API are kept: an id, its source, what was answered. */
export function entryOf(result: Result, exchanges: readonly Exchange[], source: FactSource, redactor: Redactor) {
  const { point, calls, mutations, points } = result;
  const told =
    'notMeasured' in result
      ? { not_measured: redactor.text(result.notMeasured) }
      : {
          answered: redactor.facts(result.measured.answered),
          ...(result.differences.length === 0 ? {} : { differs: result.differences.map(({ aspect }) => aspect) }),
          ...(result.measured.notes === undefined ? {} : { notes: redactor.facts(result.measured.notes) }),
        };
  const live = new URL(source.apiUrl).hostname === 'api.monday.com';
  return {
    id: point.id,
    source: { program: 'customer-orders probe', measured: source.day, kind: live ? 'live' : 'simulator' },
    api_version: API_VERSION,
    question: point.question,
    assumed: point.assumes,
    ...told,
    calls,
    mutations,
    points,
    answers: exchanges
      .filter(isTelling)
      .slice(0, MOST_ANSWERS)
      .map((exchange) => answerOf(exchange, redactor)),
  };
}

function isTelling({ answer }: Exchange): boolean {
  return answer.kind !== 'answered' || answer.failures.length > 0 || answer.replayed;
}

function answerOf({ operations, reply }: Exchange, redactor: Redactor) {
  const counts = new Map<string, number>();
  for (const operation of operations) addCount(counts, operation);
  const headers = HEADERS.flatMap((name) => {
    const value = reply.headers.get(name);
    return value === null ? [] : [[name, redactor.text(value)] as const];
  });
  return {
    request: [...counts].map(([operation, count]) => (count === 1 ? operation : `${operation} × ${count}`)).join(', '),
    http: reply.status ?? null,
    headers: Object.fromEntries(headers),
    body: reply.body === undefined ? null : redactor.body(reply.body),
  };
}

export type FactEntry = ReturnType<typeof entryOf>;

/** Writes the facts as a whole or not at all. */
export async function writeFacts(file: string, entries: readonly FactEntry[]): Promise<void> {
  const about =
    'What a probe measured of the monday.com API. `assumed` is what client and simulator take for granted, `answered` what came back, ' +
    '`differs` the aspects in which they do not agree; names and tokens are taken out, ids replaced, long texts and lists shortened';
  try {
    await writeWholeFile(file, [`${JSON.stringify({ about, entries }, null, 1)}\n`]);
  } catch (error) {
    throw fileError(`The facts cannot be written to ${file}`, error, {
      advice: 'What was measured is in the report; make room or name another file with --out, and measure again.',
    });
  }
}
