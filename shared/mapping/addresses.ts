const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~.-]{1,64}$/;
const DOMAIN_LABEL = /^[a-z0-9-]{1,63}$/i;

/** The e-mail address that a text is, as it is written; undefined for every other text, and for two of them. */
export function readEmail(text: string): string | undefined {
  const address = text.trim();
  const [local = '', domain = '', ...others] = address.split('@');
  const isLocal = LOCAL_PART.test(local) && local.split('.').every((part) => part !== '');
  const labels = domain.split('.');
  const isDomain =
    labels.length > 1 &&
    labels.every((label) => DOMAIN_LABEL.test(label) && !label.startsWith('-') && !label.endsWith('-'));
  return isLocal && isDomain && others.length === 0 ? address : undefined;
}

/** A link: its address, and the words that stand for it on the board. */
export interface Link {
  readonly url: string;
  readonly words: string;
}

/** The link that a text states: the address alone, or the address, a blank and the words. */
export function linkOf(text: string): Link {
  const end = text.search(/\s/);
  return end === -1 ? { url: text, words: text } : { url: text.slice(0, end), words: text.slice(end).trim() };
}

/** A link as `linkOf` reads it. */
export function linkText({ url, words }: Link): string {
  return words === url || words === '' ? url : `${url} ${words}`;
}

/** Signs that a browser would take for others, or that end an address in a text. */
const NOT_IN_AN_ADDRESS = /[\\<>"^`{|}\p{C}]/u;

/**
 * `linkText` of a text that is an address with http or https, with or without words behind it. Undefined for every other
 * text, and for an address with a password in it, which everybody on the board would see.
 */
export function readLink(text: string): string | undefined {
  const link = linkOf(text.trim());
  if (!/^https?:\/\//i.test(link.url) || NOT_IN_AN_ADDRESS.test(link.url) || !URL.canParse(link.url)) return undefined;
  const { hostname, username, password } = new URL(link.url);
  return hostname === '' || username !== '' || password !== '' ? undefined : linkText(link);
}

/** Whether two addresses of links lead to the same: a board may write one in its normal form. */
export function sameUrl(one: string, other: string): boolean {
  if (one === other) return true;
  return URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href;
}
