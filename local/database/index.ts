import { runLocal } from '../run-local.js';
import { commands } from './commands.js';

await runLocal('database', commands);
