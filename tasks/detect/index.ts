import { keepHeapSmall } from '../../shared/runtime/heap.js';
import { runTask } from '../../shared/runtime/task.js';
import { commands } from './commands.js';

keepHeapSmall();
await runTask('detect', commands);
