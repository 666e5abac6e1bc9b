import { keepHeapSmall } from '../../shared/heap.js';
import { runTask } from '../../shared/run-task.js';
import { commands } from './commands.js';

keepHeapSmall();
await runTask('stage', commands);
