import { runTask } from '../../shared/runtime/task.js';
import { commands } from './commands.js';

await runTask('stage', commands);
