import { FixFirstError, TryAgainError } from '../../../../shared/ground/errors.js';
import { EXIT_AGAIN, EXIT_FIX } from '../../../../shared/ground/exit-codes.js';
import { sourceLayout } from '../../../../shared/lines/layout.js';
import { parseMapping, readMapping } from '../../../../shared/mapping/mapping.js';
import { Pace } from '../../../../shared/monday/pace.js';
import type { SettingName } from '../../../../shared/runtime/settings.js';
import type { Outcome } from '../../../../shared/runtime/task.js';
import { recentMutationMs } from '../../../../shared/store/batch-figures.js';
import { engineOf } from '../../../../shared/warehouse/port/sql-types.js';
import type { ColumnInfo } from '../../../../shared/warehouse/port/warehouse.js';
import { board } from '../../checks/board.js';
import { columns } from '../../checks/columns.js';
import { labels } from '../../checks/labels.js';
import { labelFindings } from '../../checks/values.js';
import type { MappingDiffFlags } from '../../commands.js';
import { examine } from '../../examine.js';
import { type Finding, found, PartMissing } from '../../finding.js';
import { ATTEMPTS_WHILE_LOOKING, type DoctorContext, Site } from '../../site.js';
import { fileChanges, type MappingOnDisk } from './files.js';
import { forecastDiff } from './forecast.js';
import { compareLines } from './lines.js';
import { drawnDiff, plainDiff } from './render.js';
import { type DiffForecast, diffSchema, type LineChanges, type MappingDiff } from './report.js';

/** `mapping diff OLD NEW`: what a change of the mapping would touch. Nothing is written. */
export async function diffMappings(
  context: DoctorContext,
  flags: MappingDiffFlags,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  const site = new Site(context, { ...env, MAPPING_FILE: flags.new }, ATTEMPTS_WHILE_LOOKING);
  try {
    const [old, fresh] = [onDisk(site, flags.old), onDisk(site, flags.new)];
    const { diff, passing } = await new Comparing(site, old, fresh).diff();
    const { lines, full, files, forecast } = diff;
    return {
      lines: flags.json ? [JSON.stringify(diffSchema.parse(diff))] : plainDiff(diff),
      onTerminal: (terminal) => drawnDiff(terminal, diff),
      outputs: {
        columns: files.columns.length,
        full,
        changed: lines?.changed ?? null,
        requests: forecast?.requests ?? null,
      },
      ...exitOf(diff, passing),
    };
  } finally {
    await site.close();
  }
}

function exitOf({ findings }: MappingDiff, passing: boolean): { exitCode?: number } {
  if (findings.some(({ code }) => code === 'SOURCE_UNFIT' || code === 'SOURCE_MISSING')) return { exitCode: EXIT_FIX };
  return passing ? { exitCode: EXIT_AGAIN } : {};
}

function onDisk(site: Site, file: string): MappingOnDisk {
  const { WAREHOUSE_URL: url } = site.settings;
  const text = readMapping(file);
  return { file, text, mapping: parseMapping(text, file, url === undefined ? undefined : engineOf(url)) };
}

/** One comparison of two mappings. */
class Comparing {
  readonly #site: Site;
  readonly #old: MappingOnDisk;
  readonly #new: MappingOnDisk;
  readonly #findings: Finding[] = [];
  readonly #notCompared: string[] = [];
  /** Something that may be there again later was away. */
  #passing = false;

  constructor(site: Site, old: MappingOnDisk, fresh: MappingOnDisk) {
    this.#site = site;
    this.#old = old;
    this.#new = fresh;
  }

  async diff(): Promise<{ diff: MappingDiff; passing: boolean }> {
    const compared = await this.#ifThere('The lines', ['WAREHOUSE_URL'], () => this.#lines());
    await this.#ifThere('The board', ['MONDAY_API_TOKEN', 'MONDAY_BOARD_ID'], async () => {
      await this.#site.boards.get();
      const { findings } = await examine(this.#site, [board, columns, labels], { fix: false });
      this.#findings.push(...findings);
      const needed = await labelFindings(this.#site, compared?.labels ?? new Map());
      this.#findings.push(...needed.map((each) => ({ check: 'labels' as const, ...each })));
    });
    const [old, fresh] = [this.#old, this.#new].map(({ file, mapping }) => ({ file, version: mapping.version }));
    const diff = {
      old,
      new: fresh,
      files: fileChanges(this.#old, this.#new),
      full: this.#isSame ? 'not needed' : (compared?.full ?? 'unknown'),
      lines: compared?.lines ?? null,
      forecast: compared?.forecast ?? null,
      notCompared: this.#notCompared,
      findings: this.#findings,
    };
    return { diff: diffSchema.parse(diff), passing: this.#passing };
  }

  get #isSame(): boolean {
    return this.#old.mapping.version === this.#new.mapping.version;
  }

  async #lines() {
    const live = await this.#fittingColumns();
    if (live === undefined) return undefined;
    if (this.#isSame) {
      this.#notCompared.push('The lines: both mappings have the same version, so that the board shows the same.');
      return undefined;
    }
    const { lines, tally } = await compareLines(this.#site, this.#old.mapping, live);
    return {
      lines,
      labels: tally.labels.byColumn,
      full: tally.waiting > 0 ? ('needed' as const) : ('not needed' as const),
      forecast: await this.#forecast(tally.sends),
    } satisfies { lines: LineChanges; forecast: DiffForecast } & Record<string, unknown>;
  }

  async #forecast(sends: Parameters<typeof forecastDiff>[0]): Promise<DiffForecast> {
    const { account, pipeline, clock, signal } = this.#site;
    const [seen, tables] = [await account.ifThere(), await pipeline.ifThere()];
    return forecastDiff(sends, seen?.connection.pace ?? new Pace({ clock, signal }), {
      dailyCalls: seen?.account.dailyCalls,
      mutationMs: tables === undefined ? undefined : await recentMutationMs(tables),
    });
  }

  /** The columns of the source, if it has what both mappings read. */
  async #fittingColumns(): Promise<readonly ColumnInfo[] | undefined> {
    const database = await this.#site.warehouse.get();
    const table = this.#site.need('SOURCE_TABLE');
    const live = await database.columns(table);
    if (live.length === 0) {
      const what = `There is no table or view "${table}" in schema "${database.schema}" that the user may see.`;
      this.#findings.push({ check: 'source', ...found('SOURCE_MISSING', { subject: table, what }) });
      return undefined;
    }
    const [unfit, reason] = [unfitness(this.#new, live), unfitness(this.#old, live)];
    if (unfit !== undefined) {
      const about = { subject: this.#new.file, what: `${this.#new.file}: ${unfit}` };
      this.#findings.push({ check: 'source', ...found('SOURCE_UNFIT', about) });
    } else if (reason !== undefined) {
      // A column that the table has lost may be why there is a new mapping.
      this.#notCompared.push(`The lines: ${this.#old.file} does not fit the table. ${reason}`);
    } else return live;
    return undefined;
  }

  /** What needs a server: undefined, with the reason told, where it cannot be had. */
  async #ifThere<T>(what: string, settings: readonly SettingName[], work: () => Promise<T>): Promise<T | undefined> {
    const { problems, signal } = this.#site;
    const absent = problems.find(({ name, missing }) => missing && settings.includes(name));
    if (absent !== undefined) {
      this.#notCompared.push(`${what}: ${absent.name} is not set.`);
      return undefined;
    }
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof PartMissing)) throw error;
      this.#passing ||= error.cause instanceof TryAgainError;
      this.#notCompared.push(`${what}: ${error.message}`);
      return undefined;
    }
  }
}

/** What a mapping reads and the table does not have; undefined where it has everything. */
function unfitness({ mapping }: MappingOnDisk, live: readonly ColumnInfo[]): string | undefined {
  try {
    sourceLayout(mapping, live);
    return undefined;
  } catch (error) {
    if (!(error instanceof FixFirstError)) throw error;
    return error.message;
  }
}
