import { runTask } from '../../shared/runtime/run-task.js';
import { commands } from './commands.js';

await runTask('migrate', commands);
