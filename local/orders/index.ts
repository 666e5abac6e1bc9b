import { runLocal } from '../run-local.js';
import { ordersCommand } from './command.js';

await runLocal('orders', [ordersCommand]);
