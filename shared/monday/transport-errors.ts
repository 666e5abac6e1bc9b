import type { Failure } from './errors.js';

/** Certificates that were not accepted: the connection ended before a request could travel over it. */
const CERTIFICATE_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);

interface SystemError extends Error {
  code?: unknown;
  syscall?: unknown;
  errors?: unknown;
}

/** The error of the socket, below what `fetch` wraps around it. */
function rootOf(error: unknown): SystemError | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

/** True only where it is certain that no byte of the request left: anything else may have been executed. */
function neverSent(error: SystemError): boolean {
  if (Array.isArray(error.errors) && error.errors.length > 0) return error.errors.every(neverSent);
  const code = String(error.code);
  return (
    error.syscall === 'connect' ||
    error.syscall === 'getaddrinfo' ||
    code === 'UND_ERR_CONNECT_TIMEOUT' ||
    code.startsWith('CERT_') ||
    CERTIFICATE_CODES.has(code) ||
    error.message.includes('before secure TLS connection was established')
  );
}

/** What an error of the connection means for the request. */
export function transportFailure(error: unknown): Failure {
  const root = rootOf(error);
  const unsent = root !== undefined && neverSent(root);
  return {
    code: String(root?.code ?? root?.name ?? 'CONNECTION_LOST'),
    message: unsent
      ? `The board's API could not be reached: ${root.message || String(root.code)}.`
      : 'The connection ended before the answer could be read.',
    reaction: unsent ? 'retry' : 'unknown',
    beforeExecution: unsent,
  };
}
