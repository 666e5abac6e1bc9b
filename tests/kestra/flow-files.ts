import { readFileSync } from 'node:fs';
import { VERSION } from '../helpers/version.js';

/** What the flows say of the version of the images they run. */
export const TAG_LINE = `tag: ${VERSION}`;

export const FLOWS = [
  'customer-orders-batch',
  'customer-orders',
  'customer-orders-archive',
  'customer-orders-maintenance',
] as const;
export type FlowId = (typeof FLOWS)[number];

export function flowText(flow: FlowId): string {
  return readFileSync(`flows/${flow}.yaml`, 'utf8');
}

/** The flow with texts replaced; each must be there. */
export function variant(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`not in the flow: ${from}`);
    return result.replaceAll(from, to);
  }, text);
}

/** The flow as it is, but on the stand-in images and with its schedule switched off. */
export function standInText(flow: FlowId): string {
  return flowText(flow)
    .replace(TAG_LINE, 'tag: stand-in')
    .replace(/^( +)cron: .*$/m, '$&\n$1disabled: true');
}

/** What a person says who starts customer-orders for everybody. */
export const EVERYBODY = { scope: 'every customer' } as const;

/** The same for one customer, by a name that is typed in. */
export function oneCustomer(customer: string): Readonly<Record<string, unknown>> {
  return { scope: 'chosen customers', other_name: customer };
}
