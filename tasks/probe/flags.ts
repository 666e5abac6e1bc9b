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
