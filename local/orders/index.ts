import { runLocal } from '../run-local.js';
import { commands } from './command.js';

await runLocal('orders', commands, 'orders');
