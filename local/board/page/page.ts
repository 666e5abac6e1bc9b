import type { Account } from '../account.js';
import type { Answer } from '../answers.js';

/** The page for people; null for any other address. */
export function showPage(_account: Account, _method: string, _url: URL): Answer | null {
  return null;
}
