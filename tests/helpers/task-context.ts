import { type Clock, systemClock } from '../../shared/ground/clock.js';
import { type Log, silentLog } from '../../shared/ground/errors.js';
import type { Metric } from '../../shared/runtime/outputs.js';
import { readSettings, type SettingName } from '../../shared/runtime/settings.js';
import type { TaskContext } from '../../shared/runtime/task.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';

/** A task's context for a test in this process: settings with their defaults, a quiet log. */
export function taskContext<Name extends SettingName>(
  names: readonly Name[],
  given: {
    warehouse: Warehouse;
    env?: Record<string, string>;
    clock?: Clock;
    signal?: AbortSignal;
    metrics?: Metric[];
    log?: Log;
  },
): TaskContext<Name> {
  return {
    settings: readSettings(names, { WAREHOUSE_URL: 'postgres://nobody@unused/unused', ...given.env }),
    log: given.log ?? silentLog,
    clock: given.clock ?? systemClock(),
    signal: given.signal ?? new AbortController().signal,
    warehouse: () => Promise.resolve(given.warehouse),
    emitMetrics: (metrics) => given.metrics?.push(...metrics),
  };
}
