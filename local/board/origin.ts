import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** Names that no public DNS can point at this machine: those of the machine itself and of container networks. */
const PRIVATE_NAME = /^(?:[^.]+|.+\.(?:localhost|internal|local|test))$/i;

/**
 * Why a call of a web page is refused, or null for one of a program, a person or the board's own page. Another site's
 * page could otherwise change the board of whoever visits it; a name that its owner points at 127.0.0.1 would make it the
 * same origin, so names of the public DNS are refused as well, except the one that the board listens under.
 */
export function refusedOrigin(headers: IncomingHttpHeaders, listensUnder: string): string | null {
  const host = headers.host ?? '';
  const name = nameOf(host);
  if (name === null || !(isIP(name) > 0 || PRIVATE_NAME.test(name) || name === listensUnder.toLowerCase())) {
    return `The board is not called ${host || 'nothing'}: use its address or localhost.`;
  }
  const { origin } = headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return `The board's own calls are not for pages of ${origin}.`;
  }
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none'
    ? null
    : "The board's own calls are not for pages of another site.";
}

function nameOf(host: string): string | null {
  if (!URL.canParse(`http://${host}`)) return null;
  const { hostname } = new URL(`http://${host}`);
  return hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}
