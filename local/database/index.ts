import { runLocal } from '../run-local.js';
import { databaseCommands } from './commands.js';

await runLocal('database', databaseCommands);
