import { runLocal } from '../run-local.js';
import { demoCommand } from './command.js';

await runLocal('npm run demo --', [demoCommand]);
