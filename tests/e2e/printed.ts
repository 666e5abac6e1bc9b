import type { Ended, Environment, LocalProgram, Task } from './program.js';
import type { World } from './world.js';

/** How batch status ends where nothing is left to do. */
export const CALM = /Nothing needs attention\.$/;

/** What a person in a shell has set. */
export const everything = (world: World): Environment => ({ ...world.env('push'), ...world.env('archive') });

/** The commands that a text prints on lines of their own. */
export const commandsIn = (said: string): string[] =>
  [...said.matchAll(/^\s+((?:npm run sync|node dist\/).*)$/gm)].map(([, command = '']) => command.trim());

/** Runs a command as it was printed; `npm run sync` without its build, which would replace what other tests run. */
export function runPrinted(world: World, command: string, env: Environment = {}): Promise<Ended> {
  const [program = '', ...args] = [
    ...command.replace(/^npm run sync(?: --)?/, 'local/sync').matchAll(/'([^']*)'|(\S+)/g),
  ].map(([, quoted, bare]) => quoted ?? bare ?? '');
  if (program === 'local/sync') return world.run(program as LocalProgram, args, { ...everything(world), ...env });
  const [path = '', ...words] = args;
  return world.run((/tasks\/(\w+)\//.exec(path)?.[1] ?? '') as Task, words, { ...everything(world), ...env });
}
