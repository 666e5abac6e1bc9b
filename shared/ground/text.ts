/** One wrong letter in three counts as a typo; more is another word. */
const LETTERS_A_SLIP = 3;

/**
 * The word of a list that was probably meant by a misspelled one, ignoring case and punctuation; undefined if none is
 * close. One letter too many, too few, wrong or swapped is always a typo.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const asked = bare(word);
  if (asked === '') return undefined;
  let best: { word: string; slips: number } | undefined;
  for (const candidate of known) {
    const other = bare(candidate);
    if (other === '') continue;
    const allowed = Math.max(1, Math.floor(Math.min(asked.length, other.length) / LETTERS_A_SLIP));
    if (Math.abs(asked.length - other.length) > allowed) continue;
    const slips = distance(asked, other);
    if (slips <= allowed && slips < (best?.slips ?? Number.POSITIVE_INFINITY)) best = { word: candidate, slips };
  }
  return best?.word;
}

/** ` Did you mean X?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

/** Case, blanks and punctuation distinguish words that people regard as the same. */
export function bare(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** The number of letters to insert, drop, replace or swap with their neighbour to turn one word into the other. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;

/**
 * Control characters, line and paragraph separators, marks that change the text direction or are invisible, lone
 * surrogates. Joiners stay where they are part of how a word of some scripts is written, or of an emoji.
 */
const UNPRINTABLE =
  /(?!(?<=[\p{Script_Extensions=Arabic}\p{M}])[\u200c\u200d]|(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]|\ufe0f)\u200d(?=\p{Extended_Pictographic}))[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Rule 29: external text as part of one printed line: nothing in it ends the line, moves the terminal's cursor or hides
 * other text, and it does not begin like a platform's outputs (`::`). Escapes are those of JSON, so that a line
 * of JSON stays the same JSON.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped).replace(/^::/, '\\u003a:');
}

/** A text of one or more lines as it is printed: lines after the first are indented, so that none looks like another message. */
export function paragraph(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line, place) => (place === 0 || line === '' ? '' : '    ') + printable(line))
    .join('\n');
}

/** A character as JSON escapes it, one `\uXXXX` for each code unit. */
export function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, place) => character.charCodeAt(place))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}

/** The text without trailing characters of this set; a regular expression would take quadratic time. */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** A text without trailing zeros. */
export function withoutTrailingZeros(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 48) end -= 1;
  return text.slice(0, end);
}

/** `1 line`, `2 lines`: a count with its noun, or with other words that depend on it (`1 line was`). */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A number of bytes for people, in powers of 1,000: `980 B`, `1.2 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 999.5 && unit < BYTES.length - 1; unit += 1) value /= 1_000;
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${BYTES[unit]}`;
}

/** The width of a text without emoji, wide letters or colours, such as the help of a task. */
export default (text: string): number => text.length;

/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type HtmlPart = Html | string | number | null | false | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function render(part: HtmlPart): string {
  if (part === null || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map((each) => each.text).join('');
  return String(part).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A template whose values are escaped, unless they are HTML. */
export function html(strings: TemplateStringsArray, ...parts: HtmlPart[]): Html {
  return new Html(strings.reduce((text, string, place) => text + render(parts[place - 1] ?? null) + string));
}
