import { writeFileSync } from 'node:fs';
import { EXIT_FIX } from '../../../../shared/ground/exit-codes.js';
import { fileError } from '../../../../shared/ground/files.js';
import { plural } from '../../../../shared/ground/text.js';
import { sourceColumns } from '../../../../shared/lines/layout.js';
import { parseMapping } from '../../../../shared/mapping/mapping.js';
import { UsageError } from '../../../../shared/runtime/parse-flags.js';
import type { Outcome } from '../../../../shared/runtime/task.js';
import { engineOf } from '../../../../shared/warehouse/port/sql-types.js';
import type { MappingProposeFlags } from '../../commands.js';
import { examine } from '../../examine.js';
import { type DoctorReport, type Finding, PartMissing, reportSchema } from '../../finding.js';
import { MAPPING_CHECKS, reportLines } from '../../run.js';
import { ATTEMPTS_WHILE_LOOKING, type DoctorContext, Site } from '../../site.js';
import { composeMapping } from './compose.js';
import type { Proposal } from './proposal.js';
import { proposeFor } from './propose.js';
import { sampleTable } from './table.js';

/** What the check calls the proposal. */
const NAME = 'the proposal';

/** `mapping propose`: a first mapping of the live table to the live board, checked as `mapping check` does. */
export async function proposeMapping(
  context: DoctorContext,
  flags: MappingProposeFlags,
  given: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  const env = {
    ...given,
    ...(flags.table === undefined ? {} : { SOURCE_TABLE: flags.table }),
    ...(flags.board === undefined ? {} : { MONDAY_BOARD_ID: flags.board }),
  };
  const site = new Site(context, env, ATTEMPTS_WHILE_LOOKING);
  try {
    const first = await propose(site, flags.sample);
    const checked = await checkUntilRead(first, (text) => check(context, env, text, flags.sample));
    if (flags.output !== undefined) writeNew(flags.output, checked.text);
    return outcomeOf(checked, flags);
  } catch (error) {
    throw error instanceof PartMissing ? error.cause : error;
  } finally {
    await site.close();
  }
}

async function propose(site: Site, sample: number): Promise<Proposal> {
  const database = await site.warehouse.get();
  const table = site.need('SOURCE_TABLE');
  const live = await sourceColumns(database, table);
  const boards = await site.boards.get();
  return proposeFor(database, await sampleTable(database, table, live, sample), boards);
}

interface CheckedProposal {
  proposal: Proposal;
  text: string;
  report: DoctorReport;
}

async function check(
  context: DoctorContext,
  env: NodeJS.ProcessEnv,
  text: string,
  sample: number,
): Promise<DoctorReport> {
  const url = env['WAREHOUSE_URL'];
  const load = () => parseMapping(text, NAME, url === undefined ? undefined : engineOf(url));
  const site = new Site(context, { ...env, MAPPING_FILE: NAME }, ATTEMPTS_WHILE_LOOKING, sample, load);
  try {
    return await examine(site, MAPPING_CHECKS, { fix: false });
  } finally {
    await site.close();
  }
}

/** A column whose values its rule mostly cannot read is taken back, and what is left is checked again. */
async function checkUntilRead(
  first: Proposal,
  checkText: (text: string) => Promise<DoctorReport>,
): Promise<CheckedProposal> {
  for (let proposal = first; ; ) {
    const report = await checkText(composeMapping(proposal, []));
    const unread = new Map(
      report.findings.filter(isUnread).map(({ subject, what }): [string, string] => [subject, what]),
    );
    const wrong = proposal.columns.filter(({ title, source }) => unread.has(title) || unread.has(source));
    if (wrong.length === 0) {
      const noted = withDoubts(proposal, report);
      return { proposal: noted, text: composeMapping(noted, saidOf(report)), report };
    }
    const left = wrong.map(({ id, title, source }) => {
      const why = `"${source}" does not fit: ${unread.get(title) ?? unread.get(source)}`;
      return { id, title, why };
    });
    const columns = proposal.columns.filter((each) => !wrong.includes(each));
    proposal = { ...proposal, columns, left: [...proposal.left, ...left] };
  }
}

function isUnread({ code, severity }: Finding): boolean {
  return code === 'TYPE_UNFIT' || (code === 'VALUES_UNREAD' && severity !== 'info');
}

/** Single values that cannot be read are told beside their column. */
function withDoubts(proposal: Proposal, { findings }: DoctorReport): Proposal {
  const unread = findings.filter(({ code }) => code === 'VALUES_UNREAD');
  const columns = proposal.columns.map((column) => {
    const told = unread.filter(({ subject }) => subject === column.title).map(({ what }) => what);
    return { ...column, doubts: [...column.doubts, ...told] };
  });
  return { ...proposal, columns };
}

/** What the check says of it, for the head of the file. */
function saidOf({ findings }: DoctorReport): string[] {
  const told = findings.filter(({ severity }) => severity !== 'info');
  if (told.length === 0) return ['It passes the check.'];
  return [
    'What the check says of it:',
    ...told.map(({ severity, what, remedy, code }) => `  ${severity}: ${what} ${remedy} [${code}]`),
  ];
}

/** @throws UsageError for a file that is there: it may be one that somebody has corrected. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new UsageError(`--output: ${file} is there already. Name another file, or remove it.`);
    throw fileError(`The mapping ${file} cannot be written`, error, {
      advice: 'Name a file in a folder that you may write to.',
    });
  }
}

function outcomeOf({ proposal, text, report }: CheckedProposal, { output, json }: MappingProposeFlags): Outcome {
  const { columns, left, customers } = proposal;
  const errors = report.findings.filter(({ severity }) => severity === 'error').length;
  const exit = errors === 0 ? {} : { exitCode: EXIT_FIX };
  if (json) {
    const told = { columns, left, mapping: text, check: reportSchema.parse(report) };
    return { lines: [JSON.stringify(told)], ...exit };
  }
  if (output === undefined) return { lines: text.trimEnd().split('\n'), ...exit };
  const summary = `${output}: ${plural(columns.length, 'column')}, ${left.length} of the board left, ${plural(customers.length, 'customer')}.`;
  return {
    lines: [summary, ...reportLines(report)],
    outputs: { file: output, columns: columns.length, left: left.length, errors },
    ...exit,
  };
}
