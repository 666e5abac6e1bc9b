import { isNativeError } from 'node:util/types';
import type { Failure } from './errors.js';

/** Handshakes that failed, for a certificate or otherwise: the connection ended before a request could travel over it. */
const HANDSHAKE_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
]);

interface SystemError extends Error {
  code?: unknown;
  syscall?: unknown;
  errors?: unknown;
}

/** `fetch` sends nothing to the ports of SMTP, SSH and the like, and says so in words alone. */
export const BAD_PORT = 'BAD_PORT';

/** The error of the socket, below what `fetch` wraps around it. */
function rootOf(error: unknown): SystemError | undefined {
  if (!isNativeError(error)) return undefined;
  return rootOf(error.cause) ?? error;
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
    HANDSHAKE_CODES.has(code) ||
    error.message === 'bad port' ||
    error.message.includes('before secure TLS connection was established')
  );
}

/** True: `fetch` failed, unlike an answer that came and could not be read. */
export function isConnectionError(error: unknown): boolean {
  return isNativeError(error) && error.name === 'TypeError' && error.cause !== undefined;
}

/** What an error of the connection means for the request. */
export function transportFailure(error: unknown): Failure {
  const root = rootOf(error);
  const unsent = root !== undefined && neverSent(root);
  return {
    code: root?.message === 'bad port' ? BAD_PORT : String(root?.code ?? root?.name ?? 'CONNECTION_LOST'),
    message: unsent
      ? `The board's API could not be reached: ${root.message || String(root.code)}.`
      : 'The connection ended before the answer could be read.',
    reaction: unsent ? 'retry' : 'unknown',
    beforeExecution: unsent,
  };
}
