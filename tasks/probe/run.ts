import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { FixFirstError, messageOf, TryAgainError } from '../../shared/ground/errors.js';
import { fileError } from '../../shared/ground/files.js';
import { followedBy } from '../../shared/ground/followed-by.js';
import { printLines } from '../../shared/runtime/outputs.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { BoundReachedError, Calls } from './calls.js';
import { type CleanedUp, cleanUp } from './clean-up.js';
import type { ProbeFlags, probeCommand } from './commands.js';
import { Lab, refuseUnlessScratch } from './lab.js';
import { type Measurement, measureAll } from './measure.js';
import { CLEANING, CLEANING_ALONE, confirmed, type Plan, planLines, planOf } from './plan.js';
import { Redactor } from './redact.js';
import { allDifferences, reportLines, writeFacts } from './report.js';

type ProbeContext = ContextOf<typeof probeCommand>;

/** Tells people something while the probe is at work: the plan before it, the result behind it. */
type Say = (lines: readonly string[]) => void;

/** Done, and something differs from what is assumed. */
const EXIT_DIFFERS = 3;

/** Measures the points on a scratch board, or says what it would do, or cleans up after a probe that was killed. */
export async function runProbe(context: ProbeContext, flags: ProbeFlags, say: Say = printLines): Promise<Outcome> {
  const plan = planOf(flags.only);
  const bound = plan.measuring + plan.cleaning;
  if (flags.dryRun) return { lines: planLines(plan, flags.board), outputs: { bound } };
  const site = new ProbeSite(context, flags.board);
  if (flags.cleanUp) return cleanUpOnly(site);
  refuseUnwritable(flags.out);
  say(planLines(plan, flags.board));
  if (!flags.yes && !(await mayBegin(context.signal))) return { lines: ['Nothing was sent.'] };
  return probe(site, plan, { out: flags.out, say });
}

/** The board with its account: measuring ends with the signal, cleaning up does not. */
class ProbeSite {
  readonly context: ProbeContext;
  readonly boardId: string;
  readonly token: string;

  constructor(context: ProbeContext, boardId: string) {
    const { MONDAY_API_TOKEN: token } = context.settings;
    if (token === undefined) {
      throw new FixFirstError(
        'SETTING_INVALID',
        'MONDAY_API_TOKEN is missing: set the environment variable MONDAY_API_TOKEN or MONDAY_API_TOKEN_FILE.',
      );
    }
    this.context = context;
    this.boardId = boardId;
    this.token = token;
  }

  lab(calls: number, signal: AbortSignal): Lab {
    const { settings, clock, log } = this.context;
    const account = { ...settings, MONDAY_API_TOKEN: this.token };
    return new Lab({ settings: account, clock, log, signal, calls: new Calls(calls), boardId: this.boardId });
  }

  async cleanUp(late: boolean, most = CLEANING.calls) {
    const { settings, log } = this.context;
    const lab = this.lab(most, new AbortController().signal);
    return { ...(await cleanUp(lab, { late, settleMs: settings.MONDAY_SETTLE_WAIT, log })), calls: lab.calls.used };
  }
}

async function probe(site: ProbeSite, plan: Plan, { out, say }: { out: string; say: Say }): Promise<Outcome> {
  const { signal, clock, settings } = site.context;
  const lab = site.lab(plan.measuring, signal);
  const { names, hasSubitemsColumn } = await look(site, lab);
  const redactor = new Redactor([site.token, ...names]);
  const source = { day: clock.now().toISOString().slice(0, 10), apiUrl: settings.MONDAY_API_URL };
  const measured = await measureAll(lab, plan.points, { source, redactor, hasSubitemsColumn });
  const file = resolve(out);
  const report = async (): Promise<void> => {
    say(reportLines(measured.results, file));
    await writeFacts(file, measured.entries);
  };
  // Of a board that is not clean is told first: the file can be written again, the board is somebody's.
  const cleaned = await followedBy(
    () => leaveClean(site, lab.uncertain || signal.aborted),
    report,
    (error) => site.context.log.warn(`What was measured could not be written: ${messageOf(error)}`),
  );
  const calls = lab.calls.used + cleaned.calls;
  if (measured.error !== undefined) throw measured.error;
  if (signal.aborted)
    throw new TryAgainError('STOPPED', 'The probe was stopped; the board is clean, and what was measured is written.');
  return outcomeOf(measured, calls, lab.calls.points);
}

/** @throws TryAgainError where something of the probe is left on the board. */
async function leaveClean(site: ProbeSite, late: boolean) {
  const cleaned = await site.cleanUp(late).catch((error: unknown) => {
    const what = `The board could not be cleaned up: ${messageOf(error)}`;
    throw new TryAgainError('PROBE_LEFTOVERS', `${what} ${sayCleanUp(site.boardId)}`, { cause: error });
  });
  if (cleaned.left > 0)
    throw new TryAgainError(
      'PROBE_LEFTOVERS',
      `${cleaned.left} groups or columns of the probe could not be deleted.${saySubitems(cleaned)} ${sayCleanUp(site.boardId)}`,
    );
  return cleaned;
}

function outcomeOf({ results }: Measurement, calls: number, points: number): Outcome {
  const differences = allDifferences(results).length;
  const outputs = {
    measured: results.filter((result) => 'measured' in result).length,
    notMeasured: results.filter((result) => 'notMeasured' in result).length,
    differences,
    calls,
    points,
  };
  return { outputs, ...(differences > 0 ? { exitCode: EXIT_DIFFERS } : {}) };
}

const identitySchema = z.object({
  me: z.object({
    id: z.string(),
    name: z.string(),
    account: z.object({ id: z.string(), name: z.string(), slug: z.string() }),
  }),
});

/** Looks whether the board is a scratch board. `names` are those that must not be written. */
async function look(site: ProbeSite, lab: Lab): Promise<{ names: string[]; hasSubitemsColumn: boolean }> {
  const { settings } = site.context;
  try {
    const { me } = await lab.first('getIdentity', identitySchema);
    const shape = await lab.shape();
    if (shape === undefined) {
      throw new FixFirstError(
        'BOARD_NOT_FOUND',
        `Board ${site.boardId} does not exist, or the token has no access to it: check --board and the token's user.`,
      );
    }
    const items = await lab.items();
    refuseUnlessScratch({ shape, items, apiUrl: settings.MONDAY_API_URL, boardOfPush: settings.MONDAY_BOARD_ID });
    lab.takeExchanges();
    return {
      names: [me.name, me.account.name, me.account.slug, shape.name, ...idsOf(me)],
      hasSubitemsColumn: shape.columns.some((column) => column.type === 'subtasks' && !column.archived),
    };
  } catch (error) {
    if (error instanceof FixFirstError || error instanceof TryAgainError) throw error;
    throw new TryAgainError('PROBE_NOT_BEGUN', `The probe could not begin: ${messageOf(error)}. Nothing was written.`);
  }
}

/** Ids of an account have seven digits and more; the 1 of a simulator stands in too many texts. */
function idsOf(me: z.output<typeof identitySchema>['me']): string[] {
  return [me.id, me.account.id].filter((id) => id.length > 4);
}

async function cleanUpOnly(site: ProbeSite): Promise<Outcome> {
  const cleaned = await site.cleanUp(true, CLEANING_ALONE.calls).catch((error: unknown) => {
    if (!(error instanceof BoundReachedError)) throw error;
    const advice =
      'Delete the groups and columns of the probe by hand: their names begin with "customer-orders probe".';
    throw new TryAgainError('PROBE_LEFTOVERS', `${error.message} ${advice}`, { cause: error });
  });
  const { deleted, left, calls } = cleaned;
  if (left > 0) {
    throw new TryAgainError(
      'PROBE_LEFTOVERS',
      `${left} groups or columns of a probe are left on board ${site.boardId}: move what is not the probe's out of its groups, and run it again.${saySubitems(cleaned)}`,
    );
  }
  return { outputs: { deleted, calls } };
}

function saySubitems({ subitemsInUse }: CleanedUp): string {
  if (!subitemsInUse) return '';
  return ' The subitems column that a probe made stays, because items of people have subitems in it by now. To keep it, delete the group whose name ends in "made the subitems column".';
}

function sayCleanUp(boardId: string): string {
  return `Run probe --board ${boardId} --clean-up.`;
}

async function mayBegin(signal: AbortSignal): Promise<boolean> {
  const answer = await confirmed('Begin? [y/N] ', signal);
  if (answer === undefined) {
    throw new FixFirstError(
      'FLAG_INVALID',
      'This is not a terminal, so the plan cannot be confirmed: add --yes to begin, or --dry-run to see the plan alone.',
    );
  }
  return answer;
}

/** The file is tried before anything is measured. */
function refuseUnwritable(out: string): void {
  const file = resolve(out);
  try {
    accessSync(dirname(file), constants.W_OK);
    if (existsSync(file)) accessSync(file, constants.W_OK);
  } catch (error) {
    throw fileError(`The facts cannot be written to ${file}`, error, { advice: 'Name another file with --out.' });
  }
}
