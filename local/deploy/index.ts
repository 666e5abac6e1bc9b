import { runLocal } from '../run-local.js';
import { deployCommand } from './command.js';

await runLocal('npm run deploy --', [deployCommand]);
