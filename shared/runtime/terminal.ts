import { styleText } from 'node:util';
import { printable } from '../ground/text.js';

/** The target of a list. */
export interface Terminal {
  /** Its width in columns. */
  columns: number;
  coloured: boolean;
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** The terminal that a stream leads to; undefined for a pipe or a file. Node decides on colours: NO_COLOR, FORCE_COLOR and TERM are respected. */
export function terminalOf(stream: NodeJS.WriteStream): Terminal | undefined {
  if (!stream.isTTY) return undefined;
  // A terminal without a known size reports 0.
  return { columns: stream.columns || 80, coloured: styleText('red', 'x', { stream }) !== 'x' };
}

/** The text in a colour, if the terminal shows colours. It must already be printable. */
export function painted({ coloured }: Terminal, style: Style | undefined, text: string): string {
  return coloured && style !== undefined && text !== '' ? styleText(style, text, { validateStream: false }) : text;
}

/** A column of a table. Its cells may hold external text. */
export interface ListColumn<Row> {
  heading: string;
  cell(row: Row): string;
  /** Counts are right-aligned. */
  align?: 'right';
  style?(row: Row): Style | undefined;
  /** If space is short, its cells may be cut to this width. */
  shrinksTo?: number;
  /** If space is still short, its cells go below their row, beginning with the last such column. */
  yields?: boolean;
}

const GAP = 2;
const INDENT = 4;

/**
 * A table with headings that fits the terminal: empty columns are left out, long cells are cut,
 * and then columns go below their rows. `notes` are sentences below a row, broken at blanks. Each line is printable.
 */
export function tableLines<Row>(
  terminal: Terminal,
  all: readonly ListColumn<Row>[],
  rows: readonly Row[],
  notes: (row: Row) => readonly string[] = () => [],
): string[] {
  const said = all
    .map((column) => ({ column, cells: rows.map((row) => printable(column.cell(row))) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map((each) => ({ ...each, width: Math.max(...[each.column.heading, ...each.cells].map(widthOf)) }));
  const beneath: typeof said = [];
  const excess = (): number => said.reduce((sum, { width }) => sum + width + GAP, -GAP) - terminal.columns;
  const shrink = (): void => {
    for (const each of said) {
      const { shrinksTo = each.width, heading } = each.column;
      each.width = Math.min(each.width, Math.max(each.width - Math.max(0, excess()), shrinksTo, widthOf(heading)));
    }
  };
  const room = (): boolean => {
    const least = said.reduce(
      (sum, { width, column }) => sum + Math.min(width, Math.max(column.shrinksTo ?? width, widthOf(column.heading))),
      GAP * (said.length - 1),
    );
    return least <= terminal.columns;
  };
  while (!room()) {
    const last = said.findLastIndex(({ column }) => column.yields === true);
    if (last < 0) break;
    beneath.unshift(...said.splice(last, 1));
  }
  shrink();
  const head = said.map(({ column: { heading, align }, width }) =>
    padded(heading, width, align).replace(heading, () => painted(terminal, 'bold', heading)),
  );
  return [
    head.join(' '.repeat(GAP)).trimEnd(),
    ...rows.flatMap((row, at) => {
      const cells = said.map(({ column, cells: own, width }, place) => {
        const cell = cutToWidth(own[at] ?? '', width);
        const text = painted(terminal, column.style?.(row), cell);
        const blanks = ' '.repeat(width - widthOf(cell));
        if (column.align === 'right') return blanks + text;
        return place === said.length - 1 ? text : text + blanks;
      });
      const moved = beneath
        .map(({ column, cells: own }) => ({ heading: column.heading.toLowerCase(), cell: own[at] ?? '' }))
        .filter(({ cell }) => cell !== '')
        .map(({ heading, cell }) => `${heading} ${cell}`)
        .join(', ');
      const below = [...(moved === '' ? [] : [moved]), ...notes(row)];
      return [
        cells.join(' '.repeat(GAP)).trimEnd(),
        ...below.flatMap((note) => wrapped(terminal, printable(note), INDENT)),
      ];
    }),
  ];
}

/** The outputs of a task for people: a name and a value each. Lists of objects are JSON. */
export function outputLines(terminal: Terminal, outputs: Readonly<Record<string, unknown>>): string[] {
  const entries = Object.entries(outputs).filter(([, value]) => value !== undefined && value !== null);
  const width = Math.max(0, ...entries.map(([name]) => widthOf(printable(name)))) + GAP;
  return entries.map(([name, value]) => {
    const text = printable(textOf(value));
    return painted(terminal, 'dim', padded(printable(name), width)) + text;
  });
}

/** A value for people: a list of texts as they are read, an empty one as `none`; anything else as JSON. */
function textOf(value: unknown): string {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string' || typeof each === 'number'))
    return value.length === 0 ? 'none' : value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A printable sentence in lines that fit, broken at blanks; a longer word, such as a path, stays whole. */
export function wrapped({ columns }: Terminal, text: string, indent: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && indent + widthOf(longer) > columns) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current].map((line) => ' '.repeat(indent) + line);
}

function padded(text: string, width: number, align?: 'right'): string {
  return align === 'right' ? ' '.repeat(width - widthOf(text)) + text : text + ' '.repeat(width - widthOf(text));
}

const CHARACTERS = new Intl.Segmenter();
const NARROW = /^[\x20-\x7e]*$/;
const NO_WIDTH = /^[\p{M}\p{Cf}]+$/u;
/** East Asian wide and full-width letters (Unicode, UAX 11), and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]|\ufe0f/u;

/** The width of a text in terminal columns. */
export function widthOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  return [...CHARACTERS.segment(text)].reduce((sum, { segment }) => sum + placesOf(segment), 0);
}

function placesOf(character: string): number {
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The beginning of a text in at most so many columns, with an ellipsis if something is missing. */
export function cutToWidth(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const { segment } of CHARACTERS.segment(text)) {
    left -= placesOf(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}
