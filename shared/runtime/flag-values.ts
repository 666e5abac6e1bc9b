import { z } from 'zod';

export { decimalNumber, wholeNumber } from '../ground/parsing.js';

/** A text that says something; blanks at its ends do not count. */
export const textValue = z.string().trim().min(1, 'must not be empty');

/** A UUID in any case, without braces. */
export const uuidText = z
  .string()
  .trim()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be a UUID such as 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11')
  .transform((text) => text.toLowerCase());

/**
 * An id as somebody says it: whole, its first eight characters or more, with dashes or without, or `latest`. Which one is
 * meant is looked up in the tables (`store/said-ids.ts`).
 */
export const saidId = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?:latest|(?:-?[0-9a-f]){8,32}-?)$/, 'must be an id, its first eight characters or more, or latest')
  .transform((text) => (text === 'latest' ? text : dashed(text)));

/** Dashes where a UUID has them. */
function dashed(text: string): string {
  const digits = text.replaceAll('-', '');
  const parts = [digits.slice(0, 8), ...[8, 12, 16].map((at) => digits.slice(at, at + 4)), digits.slice(20)];
  return parts.filter((part) => part !== '').join('-');
}

export const customerList = z.array(textValue).optional();

/** What a task is told that works on one batch. */
export const batchIdValues = z.object({ batchId: saidId });
