import { z } from 'zod';
import { textValue } from '../../shared/runtime/flag-values.js';
import { localCommand, print } from '../run-local.js';
import { runningUrl, startDatabase, stopDatabase } from './database.js';

const data = { type: 'string', default: '.local/database', requiresArg: true, describe: 'folder of its data' } as const;

export const databaseCommands = [
  localCommand({
    name: 'start',
    describe: 'start the embedded PostgreSQL and print its URL; it runs on until stopped',
    examples: [['$0 start --data /tmp/orders', 'a server of its own']],
    flags: { data, fresh: { type: 'boolean', default: false, describe: 'begin with nothing' } },
    values: z.object({ data: textValue, fresh: z.boolean() }),
    run: async ({ data: dataDir, fresh }) => say((await startDatabase({ dataDir, fresh })).url()),
  }),
  localCommand({
    name: 'stop',
    describe: 'stop it',
    examples: [],
    flags: { data, fresh: { type: 'boolean', default: false, describe: 'leave nothing behind' } },
    values: z.object({ data: textValue, fresh: z.boolean() }),
    run: async ({ data: dataDir, fresh }) => say((await stopDatabase(dataDir, fresh)) ? 'stopped' : 'not running'),
  }),
  localCommand({
    name: 'status',
    describe: 'print the URL of the running server',
    examples: [],
    flags: { data },
    values: z.object({ data: textValue }),
    run: async ({ data: dataDir }) => say((await runningUrl(dataDir)) ?? 'not running'),
  }),
];

function say(line: string): number {
  print(line);
  return 0;
}
