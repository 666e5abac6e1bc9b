import { z } from 'zod';

export { decimalNumber, wholeNumber } from '../ground/plain-numbers.js';

/** A text that says something; blanks at its ends do not count. */
export const textValue = z.string().trim().min(1, 'must not be empty');

/** A UUID in any case, without braces. */
export const uuidText = z
  .string()
  .trim()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be a UUID such as 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11')
  .transform((text) => text.toLowerCase());

export const customerList = z.array(textValue).optional();

/** What a task is told that works on one batch. */
export const batchIdValues = z.object({ batchId: uuidText });
