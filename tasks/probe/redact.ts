import type { Fact, Facts } from './measure.js';

const LONGEST_TEXT = 300;
const LONGEST_LIST = 4;
const MOST_FIELDS = 8;
/** What an e-mail address or the name of a host consists of. */
const ADDRESS = /[\w.+@-]+/g;
/** Ids of boards and items as they stand in texts; shorter and longer numbers are values, unless they are known as ids. */
const ID = /(?<![\d.])\d{9,12}(?![\d.])/g;

/** Takes out of answers whatever tells whose account it was: token, names, addresses, ids. */
export class Redactor {
  readonly #secrets: readonly string[];
  readonly #ids = new Map<string, string>();

  /** `secrets`: the token, and the names and ids of user, account and board. */
  constructor(secrets: readonly string[]) {
    const words = [...new Set(secrets.map((each) => each.trim()))].filter((each) => each !== '');
    this.#secrets = words.sort((one, other) => other.length - one.length);
  }

  text(text: string): string {
    const named = this.#secrets.reduce(withoutWord, text);
    return named.replaceAll(ADDRESS, withoutAddress).replaceAll(ID, (id) => this.#id(id));
  }

  /** Answers to a question: their texts are cleaned, none is left out. */
  facts(facts: Readonly<Record<string, Fact | undefined>>): Facts {
    const entries = Object.entries(facts).map(([name, fact]) => [
      name,
      typeof fact === 'string' ? this.text(fact) : fact,
    ]);
    return Object.fromEntries(entries);
  }

  /** The body of an answer: cleaned, long texts and lists shortened. */
  body(value: unknown): unknown {
    if (typeof value === 'string') return shortened(this.text(value));
    if (Array.isArray(value)) return this.#list(value);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const kept = entries.slice(0, MOST_FIELDS).map(([key, each]) => [this.text(key), this.#field(key, each)]);
    const more = entries.length - kept.length;
    return Object.fromEntries(more > 0 ? [...kept, ['…', `${more} more`]] : kept);
  }

  #list(list: readonly unknown[]): unknown[] {
    const kept = list.slice(0, LONGEST_LIST).map((each) => this.body(each));
    return list.length > kept.length ? [...kept, `… ${list.length - kept.length} more`] : kept;
  }

  #field(key: string, value: unknown): unknown {
    if (key === 'request_id') return 'r';
    if (!/(^|_)ids?$|Ids?$/.test(key)) return this.body(value);
    return Array.isArray(value) ? value.slice(0, LONGEST_LIST).map((each) => this.#idIn(each)) : this.#idIn(value);
  }

  #idIn(value: unknown): unknown {
    if (typeof value === 'number') return Number(this.#id(String(value)));
    return typeof value === 'string' && /^\d+$/.test(value) ? this.#id(value) : this.body(value);
  }

  /** Small numbers in the place of ids, the same for the same. */
  #id(id: string): string {
    const known = this.#ids.get(id) ?? String(this.#ids.size + 1);
    this.#ids.set(id, known);
    return known;
  }
}

/** The text with `<name>` where the word stands by itself, in whatever case. */
function withoutWord(text: string, word: string): string {
  const [plain, wanted] = [lowered(text), lowered(word)];
  const parts: string[] = [];
  let done = 0;
  for (let at = plain.indexOf(wanted); at >= 0; at = plain.indexOf(wanted, at + wanted.length)) {
    const end = at + wanted.length;
    if (isWordSign(text[at - 1]) || isWordSign(text[end])) continue;
    parts.push(text.slice(done, at), '<name>');
    done = end;
  }
  return parts.join('') + text.slice(done);
}

/** In lower case, each sign in its place. */
function lowered(text: string): string {
  return text.replaceAll(/\p{Lu}/gu, (sign) => (sign.toLowerCase().length === sign.length ? sign.toLowerCase() : sign));
}

function isWordSign(sign: string | undefined): boolean {
  return sign !== undefined && /[\p{L}\p{N}]/u.test(sign);
}

function withoutAddress(word: string): string {
  const host = word.toLowerCase();
  if (word.includes('@') && word.lastIndexOf('.') > word.indexOf('@')) return '<email>';
  const ofAccount = host.indexOf('.monday.com') > 0 && !host.startsWith('api.monday.com');
  return ofAccount ? '<account>.monday.com' : word;
}

function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= LONGEST_TEXT) return text;
  return `${characters.slice(0, LONGEST_TEXT).join('')}… (${characters.length} characters)`;
}
