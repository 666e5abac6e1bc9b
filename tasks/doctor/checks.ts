import type { Check } from './check.js';
import { account } from './checks/account.js';
import { archive } from './checks/archive.js';
import { batches } from './checks/batches.js';
import { board } from './checks/board.js';
import { columns } from './checks/columns.js';
import { keys } from './checks/keys.js';
import { labels } from './checks/labels.js';
import { production } from './checks/production-tables.js';
import { room } from './checks/room.js';
import { scope } from './checks/scope.js';
import { settings } from './checks/settings.js';
import { source } from './checks/source.js';
import { tables } from './checks/tables.js';
import { warehouse } from './checks/warehouse.js';

/** In the order in which they are told: what others stand on comes first. */
export const CHECKS: readonly Check[] = [
  settings,
  warehouse,
  archive,
  tables,
  production,
  source,
  scope,
  batches,
  account,
  board,
  columns,
  labels,
  room,
  keys,
];
