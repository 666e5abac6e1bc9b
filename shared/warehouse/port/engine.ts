export type Engine = 'postgres' | 'mssql';

/** Which engine the URL of a warehouse names. */
export function engineOf(url: string): Engine {
  return url.startsWith('mssql:') ? 'mssql' : 'postgres';
}
