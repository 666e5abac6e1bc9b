import type { Names } from '../../../shared/lines/kept.js';
import type { Unmapped } from '../../../shared/mapper/unmapped.js';
import type { Braked } from '../../../shared/store/change-sets.js';
import { type BrakeSettings, brake, emptyTally, type Tally } from '../compare/brake.js';
import type { OpenedRun } from './open-run.js';

/** The results of a run by customer. */
export interface CustomerReport {
  readonly customer: string;
  readonly tally: Tally;
  readonly state: 'OPEN' | 'BRAKED' | 'BUSY';
  readonly braked: Braked | undefined;
}

export interface ReportInput {
  customers: readonly string[];
  busy: readonly string[];
  /** Restored customers that were not released since. */
  restored: readonly string[];
  allowLargeChange: boolean;
  settings: BrakeSettings;
}

/** Rules 3 and 7: filters and brakes what was classified over everything. */
export function reportCustomers(
  tallies: ReadonlyMap<number, Tally>,
  names: Names,
  input: ReportInput,
): CustomerReport[] {
  const byName = new Map([...tallies].map(([customer, tally]) => [names.nameOf(customer), tally]));
  return input.customers.map((customer) => {
    const tally = byName.get(customer) ?? emptyTally();
    if (input.busy.includes(customer)) return { customer, tally, state: 'BUSY', braked: undefined };
    const braked = input.allowLargeChange ? undefined : brakeOf(customer, tally, input);
    return { customer, tally, state: braked ? 'BRAKED' : 'OPEN', braked };
  });
}

function brakeOf(customer: string, tally: Tally, { restored, settings }: ReportInput): Braked | undefined {
  return restored.includes(customer) ? { customer, reason: 'RESTORED' } : brake(customer, tally, settings);
}

/** The number of lines in a customer's change set. */
export function changesOf({ tally }: CustomerReport): number {
  return tally.new + tally.changed + tally.deleted + tally.rekeyed;
}

/** Lines of customers that are none of the run's: the mapping does not know them. */
export function outOfScopeElsewhere(
  tallies: ReadonlyMap<number, Tally>,
  names: Names,
  customers: readonly string[],
): number {
  const others = [...tallies].filter(([customer]) => !customers.includes(names.nameOf(customer)));
  return others.reduce((sum, [, tally]) => sum + tally.outOfScope, 0);
}

/** Totals of the customers that continue; lines without a known customer are out of scope. */
export function outputsOf(
  run: OpenedRun,
  reports: readonly CustomerReport[],
  extra: { dry: boolean; unsound: number; newFailures: number; elsewhere: number; unmapped: readonly Unmapped[] },
): Record<string, unknown> {
  const open = reports.filter((report) => report.state === 'OPEN');
  const total = (count: keyof Tally): number => open.reduce((sum, { tally }) => sum + tally[count], 0);
  return {
    runId: run.runId,
    customers: reports.map((report) => report.customer),
    new: total('new'),
    changed: total('changed'),
    deleted: total('deleted'),
    rekeyed: total('rekeyed'),
    unchanged: total('unchanged'),
    pendingDeletes: total('pendingDeletes'),
    movedOut: total('movedOut'),
    outOfScope: total('outOfScope') + extra.elsewhere,
    unmapped: extra.unmapped,
    busy: reports.filter((report) => report.state === 'BUSY').map((report) => report.customer),
    braked: reports.flatMap((report) => report.braked ?? []),
    unsound: extra.unsound,
    newFailures: extra.newFailures,
    status: extra.dry ? 'DRY_RUN' : 'DONE',
  };
}
