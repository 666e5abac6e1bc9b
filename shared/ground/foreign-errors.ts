import { isNativeError } from 'node:util/types';
import { FixFirstError, messageOf, TaskError } from './errors.js';
import { fileError, isFileError } from './files.js';

/** The shape of a ZodError, checked without loading the library, which is slow. */
interface FormError {
  name: string;
  issues: readonly { path: readonly PropertyKey[]; message: string }[];
}

const MOST_TOLD = 3;

/**
 * An error thrown by a library that no other code has translated, as one of ours; undefined for what can only be a bug
 * in the program.
 */
export function foreignError(error: unknown): TaskError | undefined {
  if (isFormError(error)) {
    return new FixFirstError(
      'SCHEMA_MISMATCH',
      `A row of our tables, or an answer, does not have the form that this version of the program writes: ${formFault(error)}. ` +
        'Look with migrate --check and doctor whether the tables are of another version or were changed by hand; ' +
        'where they find nothing, please report it with the lines above.',
      { cause: error },
    );
  }
  if (!isFileError(error)) return undefined;
  const { syscall = 'use', path } = error;
  return fileError(`${path === undefined ? 'A file' : `The file ${path}`} could not be used (${syscall})`, error, {
    advice: 'Correct its path or its permissions, or make room; where it is one of the program, install it again.',
  });
}

/** An error as it is told where it is kept: in our words, where we have some for it. */
export function sentenceOf(error: unknown): string {
  return (error instanceof TaskError ? error : foreignError(error))?.message ?? messageOf(error);
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

/** OpenSSL's codes for an invalid certificate, as Node's TLS names them: a retry does not help. */
const UNTRUSTED = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CRL_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'ERR_TLS_CERT_ALTNAME_FORMAT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
/** The name server answered that the host does not exist. */
const UNKNOWN_HOST = new Set([
  'ENOTFOUND',
  'EAI_NONAME',
  'ENODATA',
  'EAI_NODATA',
  'ENONAME',
  'EBADNAME',
  'EAI_ADDRFAMILY',
]);
/** The name server did not answer, or answered that it cannot now. */
const NAME_SERVER = new Set(['EAI_AGAIN', 'EAI_FAIL', 'EAI_MEMORY', 'ESERVFAIL', 'EREFUSED', 'ECANCELLED', 'EBADRESP']);
const LOST = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ENOTCONN', 'ESHUTDOWN', 'ERR_STREAM_PREMATURE_CLOSE']);
const AWAY = new Set([
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
]);

export type NetworkFault = 'untrusted' | 'handshake' | 'unknown host' | 'name server' | 'lost' | 'away';

/** The meaning of a code of Node's net, tls and dns; undefined for other codes. */
export function networkFault(code: string): NetworkFault | undefined {
  if (UNTRUSTED.has(code)) return 'untrusted';
  if (UNKNOWN_HOST.has(code)) return 'unknown host';
  if (NAME_SERVER.has(code)) return 'name server';
  if (AWAY.has(code)) return 'away';
  if (LOST.has(code)) return 'lost';
  return code === 'EPROTO' || /^ERR_(SSL|TLS|OSSL)_/.test(code) ? 'handshake' : undefined;
}

interface Coded {
  code?: unknown;
  errors?: unknown;
}

/** The code that a library gave its error, or the first of its causes; '' without one. Our own codes do not count. */
export function codeOf(error: unknown): string {
  if (!isNativeError(error)) return '';
  const { code, errors } = error as Error & Coded;
  if (typeof code === 'string' && !(error instanceof TaskError)) return code;
  const [first] = Array.isArray(errors) ? errors : [];
  return codeOf(first ?? error.cause);
}
