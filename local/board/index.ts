import { runLocal } from '../run-local.js';
import { commands } from './command.js';

await runLocal('board', commands);
