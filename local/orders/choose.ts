import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { loadMapping, type Mapping } from '../../shared/mapping/mapping.js';
import { ordersFromCsv } from './csv-orders.js';
import { mappedSample } from './mapped/sample.js';
import { type Orders, sampleOrders } from './sample.js';
import { formOf, SHIPPED_FORM } from './source-form.js';
import { SOURCE_TABLE } from './source-table.js';

/** Which order lines are wanted. */
export interface OrdersWanted {
  /** A mapping's file; the shipped mapping without it. */
  mapping?: string | undefined;
  /** A CSV file to take in place of a sample. */
  orders?: string | undefined;
  lines?: number | undefined;
  seed?: number | undefined;
  sizes?: number | undefined;
}

/** Order lines with the mapping that reads them and the table that they belong in. */
export interface ChosenOrders {
  orders: Orders;
  mapping: Mapping;
  table: string;
}

/**
 * The lines of a CSV file or of a sample. A mapping with a CSV file beside it, of the same name, brings its own sample,
 * which is taken unless a number of lines is asked for.
 */
export async function chooseOrders({ mapping: file, orders, ...sample }: OrdersWanted): Promise<ChosenOrders> {
  const mapping = loadMapping(file);
  if (file === undefined) {
    const chosen = orders === undefined ? sampleOrders(sample) : await ordersFromCsv(orders, SHIPPED_FORM);
    return { mapping, table: SOURCE_TABLE, orders: chosen };
  }
  const csv = orders ?? (sample.lines === undefined ? sampleBeside(file) : undefined);
  const chosen = csv === undefined ? mappedSample(mapping, sample) : await ordersFromCsv(csv, formOf(mapping));
  return { mapping, table: tableOf(file), orders: chosen };
}

function sampleBeside(file: string): string | undefined {
  const csv = file.replace(/\.[^./\\]+$/, '.csv');
  return csv !== file && existsSync(csv) ? csv : undefined;
}

/** `production-orders.yaml` reads the table `PRODUCTION_ORDERS`. */
function tableOf(file: string): string {
  const name = basename(file)
    .replace(/\.[^.]+$/, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^\d/, 'T_$&');
  return name.toUpperCase().slice(0, 60) || SOURCE_TABLE;
}
