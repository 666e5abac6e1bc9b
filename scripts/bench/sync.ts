// Times a run of small batches by `sync`, as it is from a shell: real processes, the board at the pace of a real account.
// npm run bench:sync -- [--customers N] [--lines N] [--known N] [--concurrency N,N] [--mutation-ms N] [--query-ms N]

import { ITEMS_BOARD } from '../../local/board/shape.js';
import { timed } from './processes.js';
import { measureSmallBatches, TOKEN } from './small-batches.js';

await measureSmallBatches(async ({ databaseUrl, board }) => {
  const env = {
    WAREHOUSE_URL: databaseUrl,
    ARCHIVE_URL: databaseUrl,
    MONDAY_API_URL: `${board.url}/v2`,
    MONDAY_API_TOKEN: TOKEN,
    MONDAY_BOARD_ID: ITEMS_BOARD,
  };
  return {
    run: async (concurrency) => {
      await timed(process.execPath, ['dist/local/sync/index.js', '--concurrency', String(concurrency)], { env });
    },
  };
});
