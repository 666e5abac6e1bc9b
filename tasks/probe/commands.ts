import { command } from '../../shared/runtime/task.js';
import { PROBE_OPTIONAL, PROBE_SETTINGS, probeFlags } from './flags.js';

export const commands = [
  command({
    name: '',
    describe:
      'Measure on an empty scratch board what nobody has recorded of the API, and say where simulator and client assume otherwise. ' +
      'Leaves nothing on the board. Exit code 3 when something differs.',
    examples: [
      ['$0 --dry-run', 'say what would be measured and how many calls it may take; sends nothing'],
      ['$0 --board 1234567890', 'the same first, then ask, then measure; the facts go to probe-facts.json'],
      ['$0 --board 1234567890 --yes --out facts.json', 'without asking'],
      ['$0 --board 1234567890 --only filter-lag --only idempotency', 'these points alone'],
      ['$0 --board 1234567890 --clean-up', 'delete what a probe that was killed has left'],
    ],
    flags: probeFlags,
    parse: async () => (await import('./options.js')).probeOptions,
    settings: PROBE_SETTINGS,
    optional: PROBE_OPTIONAL,
    run: async (context, flags) => (await import('./run.js')).runProbe(context, flags),
  }),
];
