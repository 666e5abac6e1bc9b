import { z } from 'zod';

/** Flags that several tasks share. */
export const batchIdFlag = {
  type: 'string',
  demandOption: true,
  requiresArg: true,
  describe: 'Id of the batch, as the task batch printed it',
} as const;

/** A UUID in any case, without braces. */
export const uuidText = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be a UUID such as 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11')
  .transform((text) => text.toLowerCase());

/** Canonical name or any spelling of the source; repeatable. A customer's name may hold commas. */
export const customerFlag = {
  type: 'string',
  array: true,
  nargs: 1,
  describe: 'Only this customer; repeat for several',
} as const;
export const customerList = z.array(z.string().min(1, 'must not be empty')).optional();
