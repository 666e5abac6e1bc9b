import { runLocal } from '../run-local.js';
import { syncCommand } from './command.js';

await runLocal('npm run sync --', [syncCommand]);
