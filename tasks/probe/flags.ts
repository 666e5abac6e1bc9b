export const probeFlags = {
  board: { type: 'string', requiresArg: true, describe: 'Id of the scratch board: the number in its address' },
  yes: { type: 'boolean', default: false, describe: 'Begin without asking' },
  'dry-run': { type: 'boolean', default: false, describe: 'Print the plan and its bound of calls, and send nothing' },
  only: { type: 'string', array: true, nargs: 1, describe: 'Measure this point; repeat for several' },
  out: {
    type: 'string',
    requiresArg: true,
    default: 'probe-facts.json',
    describe: 'File that the facts are written to',
  },
  'clean-up': {
    type: 'boolean',
    default: false,
    describe: 'Delete what an earlier probe has left, and measure nothing',
  },
} as const;

// --dry-run needs none of them; the others are told what is missing.
export const PROBE_SETTINGS = [
  'MONDAY_API_URL',
  'MONDAY_MIN_INTERVAL_MS',
  'MONDAY_TIMEOUT_MS',
  'MONDAY_SETTLE_WAIT',
] as const;
export const PROBE_OPTIONAL = ['MONDAY_API_TOKEN', 'MONDAY_BOARD_ID'] as const;
