/** Flags that several tasks share. Their values are read by `flag-values.ts`, which --help does not need. */
const id = { type: 'string', requiresArg: true } as const;

export const batchIdFlag = {
  ...id,
  alias: 'batch',
  demandOption: true,
  describe: 'The batch: its id, eight or more characters of it, or latest',
} as const;

export const runIdFlag = {
  ...id,
  alias: 'run',
  describe: 'The run: its id, eight or more characters of it, or latest',
} as const;

/** Canonical name or any spelling of the source; repeatable. A customer's name may hold commas. */
export const customerFlag = {
  type: 'string',
  array: true,
  nargs: 1,
  describe: 'Only this customer; repeat for several',
} as const;
