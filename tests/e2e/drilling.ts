import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { plain } from '../tasks/batch/report/told-page.js';
import { createdTwice, readBoard } from './board-view.js';
import { CALM, commandsIn, everything, runPrinted } from './printed.js';
import { type Ended, type Environment, HURRY, type Program, type Task } from './program.js';
import { World } from './world.js';

/** What is waited for after a request that was never answered is waited for here as well, but not for a minute. */
const QUICK: Environment = { ...HURRY, MONDAY_SETTLE_WAIT: '1s', MONDAY_TIMEOUT_MS: '2000' };

/** A fault is caused with the real executables; then only what they print is read, and the commands in it are run. */
export class Drill {
  readonly world: World;
  /** What the source shows of every line in size S. */
  quantity = 10;

  private constructor(world: World) {
    this.world = world;
  }

  /** A world of two customers, four lines and one, whose board shows every line. */
  static async open(prepare?: (world: World) => Promise<unknown>): Promise<Drill> {
    const drill = new Drill(await World.open(['TITLE 9', 'JOHNNIE O']));
    await prepare?.(drill.world);
    expect((await drill.sync()).code).toBe(0);
    return drill;
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** Every line of the source changes, so that there is something to carry. */
  async change(): Promise<void> {
    this.quantity += 1;
    await this.world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = ${this.quantity}`);
  }

  sync(env: Environment = {}): Promise<Ended> {
    return this.world.run('local/sync', [], { ...everything(this.world), ...QUICK, ...env });
  }

  /** Runs a command as it was printed. */
  printed(command: string, env: Environment = {}): Promise<Ended> {
    return runPrinted(this.world, command, { ...QUICK, ...env });
  }

  start(task: Task, args: readonly string[], env: Environment = {}): Program {
    return this.world.start(task, args, { ...QUICK, ...env });
  }

  async status(env: Environment = {}): Promise<string> {
    const { code, said } = await this.world.run('batch', ['status'], env);
    expect({ code, said }).toEqual({ code: 0, said: expect.any(String) });
    return said;
  }

  /** The words of the newest run's report, and the commands that it prints. */
  async report(env: Environment = {}): Promise<{ words: string; commands: string[] }> {
    const folder = await mkdtemp(join(tmpdir(), 'drill-'));
    try {
      const file = join(folder, 'run.html');
      const { code, said } = await this.world.run('batch', ['report', '--output', file], env);
      expect({ code, said }).toEqual({ code: 0, said: expect.any(String) });
      const page = await readFile(file, 'utf8');
      const shown = page.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '');
      const commands = [...shown.matchAll(/<code>((?:npm run sync|node dist\/)[^<]*)<\/code>/g)];
      return { words: wordsOf(shown), commands: commands.map(([, command = '']) => wordsOf(command)).sort() };
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** Reads status and runs what it prints, as it is printed, until it is calm: as an operator does who knows nothing else. */
  async recover(env: Environment = {}): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      const said = await this.status(env);
      if (CALM.test(said)) return;
      const commands = commandsIn(said);
      expect({ said, commands: commands.length }).not.toMatchObject({ commands: 0 });
      for (const command of commands) await this.printed(command, env);
    }
    expect(await this.status(env)).toMatch(CALM);
  }

  /** The board shows every line of the source with its sizes, and nothing twice. */
  async expectRight(env: Environment = {}): Promise<void> {
    const items = (await readBoard(this.world)).filter(({ state }) => state === 'active');
    const [{ lines } = {}] = await this.world.sql('SELECT COUNT(*) AS lines FROM dbo."ORDERS_UNIFIED"');
    expect(items.map(({ sizes }) => sizes['S'])).toEqual(Array(Number(lines)).fill(this.quantity));
    expect(await createdTwice(this.world)).toEqual([]);
    const { code, said } = await this.world.run('push', ['--audit'], { ...QUICK, ...env });
    expect({ code, said }).toEqual({ code: 0, said: expect.any(String) });
  }
}

/** Parts of a page are words apart. */
const wordsOf = (page: string): string => plain(page.replace(/<[^>]*>/g, ' '));
