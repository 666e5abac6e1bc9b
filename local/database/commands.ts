import { defineCommand } from '../../shared/runtime/command.js';
import { flag } from '../../shared/runtime/flags.js';
import { localCommand, print } from '../run-local.js';
import { runningUrl, startDatabase, stopDatabase } from './database.js';

const data = flag.text('folder of its data').default('.local/database');

const startCommand = defineCommand({
  name: 'start',
  describe: 'start the embedded PostgreSQL and print its URL; it runs on until stopped',
  examples: [['$0 start --data /tmp/orders', 'a server of its own']],
  flags: { data, fresh: flag.switch('begin with nothing') },
});

const stopCommand = defineCommand({
  name: 'stop',
  describe: 'stop it',
  examples: [],
  flags: { data, fresh: flag.switch('leave nothing behind') },
});

const statusCommand = defineCommand({
  name: 'status',
  describe: 'print the URL of the running server',
  examples: [],
  flags: { data },
});

export const commands = [
  localCommand(startCommand, async ({ data: dataDir, fresh }) => say((await startDatabase({ dataDir, fresh })).url())),
  localCommand(stopCommand, async ({ data: dataDir, fresh }) =>
    say((await stopDatabase(dataDir, fresh)) ? 'stopped' : 'not running'),
  ),
  localCommand(statusCommand, async ({ data: dataDir }) => say((await runningUrl(dataDir)) ?? 'not running')),
];

function say(line: string): number {
  print(line);
  return 0;
}
