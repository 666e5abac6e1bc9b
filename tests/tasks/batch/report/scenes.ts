import { expect } from '@jest/globals';
import { sqlType } from '../../../../shared/warehouse/port/sql-types.js';
import { control } from '../../../e2e/board-view.js';
import { World } from '../../../e2e/world.js';
import { ENGINE } from '../../../helpers/engine.js';
import { readPage, type ToldPage } from './told-page.js';
import { figuresAreTrue, lineIsTrue, nothingIsLeftOut, type Seen, watching } from './witness.js';

const RECORDED = { ROW_ERRORS_EXIT: '0' };

export interface Scene {
  /** What happens to the source or the board before the run. */
  edit?: () => Promise<unknown>;
  detect?: string[];
  /** How far the run is carried, and with which settings of push. */
  steps?: readonly ('stage' | 'push' | 'promote')[];
  push?: Record<string, string>;
  batch?: string[];
  /** In place of detect and the steps: makes a run and carries it, and gives its id. */
  instead?: () => Promise<string>;
  chip: string;
  /** Sentences that stand there, in what needs somebody or of a line. */
  says?: RegExp[];
  never?: RegExp[];
  /** Lines by how they ended. */
  endings?: Partial<Record<string, number>>;
  /** Answers were lost, so that the board has more than anybody was told: figures are those of what was answered. */
  isCut?: boolean;
}

export interface Played {
  runId: string;
  seen: Seen;
  page: ToldPage;
  html: string;
}

/** A source and a board on which scenes are played one after the other: each begins with what the one before has left. */
export class Stage {
  readonly world: World;
  /** Uuids of GREYSON's lines: a scene speaks of a line by its place here. */
  readonly lines: readonly string[];
  readonly played = new Map<string, Played>();

  private constructor(world: World, lines: readonly string[]) {
    this.world = world;
    this.lines = lines;
  }

  static async open(): Promise<Stage> {
    const world = await World.open();
    const rows = await world.sql(
      `SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = 'GREYSON CLOTHIERS' AND "ORDER TYPE" = 'ACTIVE'
       AND "AAG ORDER NUMBER" IS NOT NULL ORDER BY "record_uuid"`,
    );
    return new Stage(
      world,
      rows.map((row) => String(row['record_uuid'])),
    );
  }

  close(): Promise<void> {
    return this.world.close();
  }

  async play(scenes: Readonly<Record<string, Scene>>): Promise<void> {
    for (const [name, scene] of Object.entries(scenes)) {
      const { result: runId, seen } = await watching(this.world, async () => {
        await scene.edit?.();
        return scene.instead === undefined ? this.carry(scene) : scene.instead();
      });
      const html = await this.report(runId);
      this.played.set(name, { runId, seen, html, page: readPage(html) });
    }
  }

  of(name: string): Played {
    const found = this.played.get(name);
    if (found === undefined) throw new Error(`${name} was not played`);
    return found;
  }

  async report(runId: string): Promise<string> {
    const { code, said } = await this.world.run('batch', ['report', '--run-id', runId, '--output', '-']);
    if (code !== 0) throw new Error(said);
    return said;
  }

  /** Runs a task that has to end well, rows that failed apart. */
  async done(task: Parameters<World['run']>[0], args: string[], env = {}): Promise<Record<string, unknown>> {
    const { code, outputs, said } = await this.world.run(task, args, { ...RECORDED, ...env });
    if (code !== 0) throw new Error(`${task} ${args.join(' ')} ended with exit code ${code}:\n${said}`);
    return outputs;
  }

  async carry({
    detect = [],
    batch = [],
    steps = ['stage', 'push', 'promote'],
    push,
  }: Partial<Scene>): Promise<string> {
    const { runId } = await this.done('detect', detect);
    const { batches } = await this.done('batch', ['--run-id', String(runId), ...batch]);
    for (const { batchId } of batches as { batchId: string }[]) {
      for (const step of steps) {
        const args = ['--batch-id', batchId];
        if (step === 'push' && push !== undefined) await this.world.run('push', args, { ...RECORDED, ...push });
        else await this.done(step, args);
      }
      if (steps.includes('promote')) await this.done('archive', ['--batch-id', batchId]);
    }
    return String(runId);
  }

  async restore(): Promise<string> {
    const { said } = await this.world.run('archive', ['list', '--customer', 'GREYSON', '--json']);
    const archiveId = String(JSON.parse(said)[0].id);
    const { runId, batchId } = await this.done('archive', ['restore', '--archive-id', archiveId]);
    for (const step of ['stage', 'push', 'promote'] as const) await this.done(step, ['--batch-id', String(batchId)]);
    return String(runId);
  }

  edit(place: number, assignment: string, parameters: Record<string, string> = {}) {
    return this.world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET ${assignment} WHERE "record_uuid" = @uuid`, {
      uuid: this.lines[place] ?? null,
      ...parameters,
    });
  }

  /** A line like another one, with another colour or as it is. */
  async copy(place: number, uuid: string | null, assignment?: string): Promise<void> {
    const columns = (
      await this.world.sql(
        `SELECT "column_name" AS "name" FROM INFORMATION_SCHEMA.COLUMNS WHERE "table_name" = 'ORDERS_UNIFIED'`,
      )
    )
      .map(({ name }) => String(name))
      .filter((name) => name !== 'record_uuid')
      .map((name) => `"${name.replaceAll('"', '""')}"`)
      .join(', ');
    await this.world.sql(
      `INSERT INTO dbo."ORDERS_UNIFIED" ("record_uuid", ${columns}) SELECT CAST(@new AS ${sqlType(ENGINE, 'uuid')}), ${columns} FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @uuid`,
      { new: uuid, uuid: this.lines[place] ?? null },
    );
    if (assignment !== undefined)
      await this.world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET ${assignment} WHERE "record_uuid" = @uuid`, { uuid });
  }

  remove(place: number) {
    return this.world.sql('DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @uuid', {
      uuid: this.lines[place] ?? null,
    });
  }

  refuseOnce(operation: string, nth: number): Promise<void> {
    return control(this.world, '/_faults', { script: [{ operation, nth, fault: 'error:ColumnValueException' }] });
  }
}

/** The words of the scene are on its page, and none that must not be. */
export function saysWhatIsSo({ page, html }: Played, scene: Scene): void {
  expect(page.chip).toBe(scene.chip);
  const all = [
    ...page.attention.map(({ text }) => text),
    ...page.lines.flatMap(({ outcome, differences }) => [outcome, ...differences.map(({ note }) => note)]),
  ];
  for (const sentence of scene.says ?? []) expect(all.join('\n')).toMatch(sentence);
  for (const sentence of scene.never ?? []) expect(html).not.toMatch(sentence);
  if (scene.endings === undefined) return;
  const endings: Record<string, number> = {};
  for (const { ending } of page.lines) endings[ending] = (endings[ending] ?? 0) + 1;
  expect(endings).toEqual(scene.endings);
}

/** Every figure and every line of the page against the board and the source. */
export async function isBorneOut(world: World, { page, seen }: Played, scene: Scene): Promise<void> {
  if (scene.instead === undefined) expect(page.lead).toContain(`${seen.sourceRows} lines read; `);
  if (scene.isCut === true) return;
  if (page.chip.startsWith('dry')) expect([...seen.items, ...seen.sizes]).toEqual([]);
  else figuresAreTrue(page, seen);
  for (const line of page.lines) lineIsTrue(line, seen);
  await nothingIsLeftOut(world, page, seen);
}
