import { boardCommand } from '../../local/board/command.js';
import { commands as database } from '../../local/database/commands.js';
import { demoCommand } from '../../local/demo/command.js';
import { ordersCommand } from '../../local/orders/command.js';
import { syncCommand } from '../../local/sync/command.js';
import type { FlagCommand } from '../../shared/runtime/command.js';
import { commands as archive } from '../../tasks/archive/commands.js';
import { commands as batch } from '../../tasks/batch/commands.js';
import { commands as detect } from '../../tasks/detect/commands.js';
import { commands as doctor } from '../../tasks/doctor/commands.js';
import { commands as migrate } from '../../tasks/migrate/commands.js';
import { commands as probe } from '../../tasks/probe/commands.js';
import { commands as promote } from '../../tasks/promote/commands.js';
import { commands as push } from '../../tasks/push/commands.js';
import { commands as stage } from '../../tasks/stage/commands.js';
import { chaosCommand } from '../chaos/options.js';

/** Every executable with its commands, by the folder of the bundle; chaos runs from its source. */
export const PROGRAMS: Readonly<Record<string, readonly FlagCommand[]>> = {
  'tasks/detect': detect,
  'tasks/batch': batch,
  'tasks/stage': stage,
  'tasks/push': push,
  'tasks/promote': promote,
  'tasks/archive': archive,
  'tasks/migrate': migrate,
  'tasks/doctor': doctor,
  'tasks/probe': probe,
  'local/demo': [demoCommand],
  'local/board': [boardCommand],
  'local/orders': [ordersCommand],
  'local/sync': [syncCommand],
  'local/database': database,
  'tests/chaos': [chaosCommand],
};
