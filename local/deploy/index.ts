import { runLocal } from '../run-local.js';
import { commands } from './command.js';

await runLocal('npm run deploy --', commands, 'deploy');
