import { isNativeError } from 'node:util/types';
import { networkFault } from '../ground/foreign-errors.js';
import type { Failure } from './errors.js';

/** Handshakes that failed, not for a certificate: the connection ended before a request could travel over it. */
const HANDSHAKE_CODES = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_TLS',
]);
/** What undici says of a proxy that makes no tunnel: nothing has gone through it. */
const NO_TUNNEL = /^Proxy response \((\d+)\)/;

interface SystemError extends Error {
  code?: unknown;
  syscall?: unknown;
  errors?: unknown;
}

/** `fetch` sends nothing to the ports of SMTP, SSH and the like, and says so in words alone. */
export const BAD_PORT = 'BAD_PORT';
/** The proxy that HTTPS_PROXY names lets nothing through: a password is wrong, or the host is not allowed. */
export const PROXY_REFUSED = 'PROXY_REFUSED';

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
    networkFault(code) === 'untrusted' ||
    HANDSHAKE_CODES.has(code) ||
    NO_TUNNEL.test(error.message) ||
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
    code: codeOf(root),
    message: unsent
      ? `The board's API could not be reached: ${root.message || String(root.code)}.`
      : 'The connection ended before the answer could be read.',
    reaction: unsent ? 'retry' : 'unknown',
    beforeExecution: unsent,
  };
}

function codeOf(root: SystemError | undefined): string {
  if (root?.message === 'bad port') return BAD_PORT;
  // What a proxy says of itself passes; what it says of us does not.
  if (NO_TUNNEL.exec(root?.message ?? '')?.[1]?.startsWith('4')) return PROXY_REFUSED;
  return String(root?.code ?? root?.name ?? 'CONNECTION_LOST');
}
