/** Flags that several tasks share. Their values are read by `flag-values.ts`, which --help does not need. */
export const batchIdFlag = {
  type: 'string',
  demandOption: true,
  requiresArg: true,
  describe: 'Id of the batch, as the task batch printed it',
} as const;

/** Canonical name or any spelling of the source; repeatable. A customer's name may hold commas. */
export const customerFlag = {
  type: 'string',
  array: true,
  nargs: 1,
  describe: 'Only this customer; repeat for several',
} as const;
