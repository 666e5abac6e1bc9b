import { messageOf } from '../../shared/errors.js';
import { parseOptions } from './options.js';
import { startBoard } from './server.js';

const options = parseOptions(process.argv.slice(2), process.env);

try {
  const board = await startBoard(options);
  process.stdout.write(`${board.url}/\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void board.close().then(() => process.exit(0));
    });
  }
} catch (error) {
  process.stderr.write(`The board did not start: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
