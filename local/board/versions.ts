import { CURRENT_VERSION } from './queries.js';

const SERVED = ['2025-04', '2025-07', '2025-10', '2026-01', '2026-04', '2026-07', '2026-10', '2027-01', 'dev'];
const MAINTENANCE = '2026-07';

export function isMalformedVersion(asked: string | null): boolean {
  return asked !== null && asked !== 'dev' && asked !== 'current' && !/^\d{4}-(01|04|07|10)$/.test(asked);
}

/** The version that answers: a deprecated one is answered by maintenance, an unknown one by the current. */
export function servedVersion(asked: string | null): string {
  if (asked !== null && SERVED.includes(asked)) return asked;
  return asked !== null && !isMalformedVersion(asked) && asked !== 'current' && asked < '2025-04'
    ? MAINTENANCE
    : CURRENT_VERSION;
}
