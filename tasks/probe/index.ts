import { runTask } from '../../shared/run-task.js';
import { commands } from './commands.js';

await runTask('probe', commands);
