import { runLocal } from '../run-local.js';
import { boardCommand } from './command.js';

await runLocal('board', [boardCommand]);
