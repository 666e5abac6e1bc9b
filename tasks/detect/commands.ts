import { command } from '../../shared/runtime/task.js';
import { DETECT_SETTINGS, detectFlags } from './flags.js';

export const commands = [
  command({
    name: '',
    describe: 'Compare ORDERS_UNIFIED with the last acknowledged state and record what changed, per customer.',
    examples: [
      ['$0', 'all customers'],
      ['$0 --customer GREYSON --customer "TITLE 9"', 'two customers, by canonical name or any spelling'],
      ['$0 --method fields --dry-run', 'which columns changed, without any effect'],
      ['$0 --customer GREYSON --allow-large-change', 'let a customer through that the brake stopped'],
      ['$0 --list-customers --json', 'the customers that the source holds'],
      ['$0 --explain 4755', 'all that is known of the lines of an order, PO, style or item'],
    ],
    flags: detectFlags,
    parse: async () => (await import('./options.js')).detectOptions,
    settings: DETECT_SETTINGS,
    run: async (context, flags) => (await import('./run.js')).runDetect(context, flags),
  }),
];
