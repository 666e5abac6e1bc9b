import { isNativeError } from 'node:util/types';
import { FixFirstError, type TaskError } from './errors.js';
import { fileError, isFileError } from './file-faults.js';

/** The shape of a ZodError; the library itself is slow to load for those who only want to know. */
interface FormError {
  name: string;
  issues: readonly { path: readonly PropertyKey[]; message: string }[];
}

const MOST_TOLD = 3;

/**
 * What a library threw where nothing else has told of it, as one of our errors; undefined for what can only be a fault
 * of the program.
 */
export function foreignError(error: unknown): TaskError | undefined {
  if (isFormError(error)) {
    return new FixFirstError(
      'SCHEMA_MISMATCH',
      `A row of our tables, or an answer, has another form than this version of the program writes: ${formFault(error)}. ` +
        'Look with migrate --check and doctor whether the tables are of another version or were changed by hand; ' +
        'where they find nothing, please report it with the lines above.',
      { cause: error },
    );
  }
  if (!isFileError(error)) return undefined;
  const { syscall = 'use', path } = error;
  return fileError(`${path === undefined ? 'A file' : `The file ${path}`} could not be used (${syscall})`, error, {
    advice: 'Correct its path or its rights, or make room; where it is one of the program, install it again.',
  });
}

/** What is wrong, column by column: names and forms, never values. */
export function formFault({ issues }: FormError): string {
  const told = issues
    .slice(0, MOST_TOLD)
    .map(({ path, message }) => `${path.map(String).join('.') || 'it'}: ${message}`);
  return [...told, ...(issues.length > MOST_TOLD ? [`and ${issues.length - MOST_TOLD} more`] : [])].join('; ');
}

export function isFormError(error: unknown): error is FormError & Error {
  return isNativeError(error) && 'issues' in error && Array.isArray(error.issues) && error.name === 'ZodError';
}
