/** Control characters, separators of lines and paragraphs, marks that turn the direction of text or show as nothing, halves of a character. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Rule 29: what comes from outside as part of one printed line: nothing in it ends the line, moves a terminal's cursor or hides
 * what stands there, and it does not begin as a platform's outputs do (`::`). Escapes are those of JSON, so that a line
 * of JSON stays the same JSON.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped).replace(/^::/, '\\u003a:');
}

/** A text of one or more lines as it is printed: lines after the first are indented, so that none passes for another message. */
export function paragraph(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line, place) => (place === 0 || line === '' ? '' : '    ') + printable(line))
    .join('\n');
}

/** A character as JSON writes it, one `\uXXXX` for each of its code units. */
export function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, place) => character.charCodeAt(place))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
