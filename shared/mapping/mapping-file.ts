import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  visit,
  type YAMLError,
} from 'yaml';

export type MappingPath = readonly PropertyKey[];

/** Something in a mapping that cannot work, and where. */
export interface MappingFault {
  path: MappingPath;
  message: string;
  /** Where in the text, if it is not where `path` leads. */
  offset?: number;
  /** ` Did you mean X?`, or another sentence behind the place. */
  hint?: string;
  /** What is right, where the example of the grammar is not. */
  example?: string;
  /** Other places that have to be sound for this to be true. */
  also?: readonly MappingPath[];
}

/** `item.columns[3].rule` */
export function pathText(path: MappingPath): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  return steps.join('').replace(/^\./, '');
}

/** A mapping as YAML, before anything of it is understood. */
export interface MappingFile {
  /** What it says; parts that YAML has and a mapping has not are left out, each with a fault. */
  data: unknown;
  /** What is wrong with it as YAML. */
  faults: readonly MappingFault[];
  /** Nothing else can be said of a text that is no YAML. */
  isYaml: boolean;
  /** Where a part of the file begins, or the nearest part around it. */
  offsetOf(path: MappingPath): number | undefined;
  /** ` (line 12, column 5)` */
  placeOf(offset: number): string;
}

/** JavaScript's own words: an object would take them for something else than a key. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads the text of a mapping. Aliases are refused: a few lines of them stand for gigabytes, and no mapping needs one.
 * Keys are looked at here, so that each that stands twice is told with both of its places.
 */
export function readMappingText(text: string): MappingFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return ` (line ${line}, column ${col})`;
  };
  // A tag or a directive that is not known is only warned of, and would be left out of what the file says.
  const syntax = [...worthTelling(document.errors), ...document.warnings].map(syntaxFault);
  const isYaml = document.errors.length === 0;
  const faults = isYaml ? [...syntax, ...takeOut(document, placeOf)] : syntax;
  return {
    data: isYaml ? document.toJS() : undefined,
    faults,
    isYaml,
    offsetOf: (path) => nodeAt(document, path)?.range?.[0],
    placeOf,
  };
}

/** What to do about slips that the parser words for somebody who knows YAML. */
const ADVICE: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'Keep one of the documents, and no line of --- between them.',
  TAB_AS_INDENT: 'Indent with blanks, for example: "  uuid: record_uuid" below "source:".',
  BLOCK_AS_IMPLICIT_KEY: 'Put a text that holds ": " into quotes, for example: separator: " : "',
  MISSING_CHAR: 'Close each bracket and quote, for example: purchase_order: [PO NUMBER, "A, B"]',
  UNEXPECTED_TOKEN: 'Put a text that holds signs of YAML into quotes, for example: separator: " - "',
  BAD_INDENT: 'Close each bracket, and indent the parts of a map or list alike, for example: blank: [nan, none]',
  BLOCK_IN_FLOW: 'Close the bracket above, for example: blank: [nan, none]',
  TAG_RESOLVE_FAILED: 'Leave tags out: each value is read as text, for example: maximum: 999999',
};

/** Of a text that is no YAML, what stands below the first errors comes of them. */
const MOST_ERRORS = 10;

function worthTelling(errors: readonly YAMLError[]): readonly YAMLError[] {
  const ended = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  return ended === undefined ? errors.slice(0, MOST_ERRORS) : [ended];
}

/** Where the parser's own words say nothing to its reader. */
const SAID: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a mapping is one document',
  RESOURCE_EXHAUSTION: 'brackets or maps are nested too deeply',
};

function syntaxFault({ message, code, pos: [offset] }: YAMLError): MappingFault {
  const advice = ADVICE[code];
  const said = SAID[code] ?? message.trim().replace(/[.:]$/, '');
  return { path: [], message: said, offset, ...(advice !== undefined && { hint: ` ${advice}` }) };
}

/** Takes out of a document what a mapping cannot have, and says so. */
function takeOut(document: Document.Parsed, placeOf: (offset: number) => string): MappingFault[] {
  const faults: MappingFault[] = [];
  visit(document, {
    Alias: (_, node, above) => {
      const message = `the alias *${node.source} is not allowed; write out what it stands for`;
      faults.push({ path: pathOf([...above, node]), message, offset: node.range?.[0] ?? 0 });
      return new Scalar(node.source);
    },
    Scalar: (_, node, above) => {
      const message = textFault(String(node.value));
      if (message === undefined) return;
      faults.push({ path: pathOf([...above, node]), message, offset: node.range?.[0] ?? 0, hint: ' Type it anew.' });
    },
    Pair: (_, pair, above) => {
      const { key } = pair;
      const message = keyFault(key);
      if (message === undefined || !isNode(key)) return undefined;
      faults.push({ path: pathOf(above), message, offset: key.range?.[0] ?? 0 });
      return visit.REMOVE;
    },
    Map: (_, map, above) => {
      const first = new Map<string, number>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const [name, offset] = [String(key.value), key.range?.[0] ?? 0];
        const before = first.get(name);
        if (before === undefined) first.set(name, offset);
        else {
          const message = `appears twice, first at${placeOf(before).replace(/[()]/g, '')}`;
          faults.push({ path: [...pathOf([...above, map]), name], message, offset, hint: ' Keep one of the two.' });
        }
      }
    },
  });
  return faults;
}

/** What no text of the databases may hold: PostgreSQL refuses it, and half a character would be replaced by another sign. */
function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'holds the character NUL, which no text of a table or board can hold';
  return /\p{Surrogate}/u.test(text) ? 'holds half of a character, as \\ud83d stands for' : undefined;
}

function keyFault(key: unknown): string | undefined {
  if (!isScalar(key)) return 'a key must be a text, not a list or a map';
  return RESERVED.has(String(key.value)) ? `the name ${String(key.value)} cannot be used` : undefined;
}

/** The path of the last of these nodes, each the child of the one before. */
function pathOf(nodes: readonly (Document | Node | Pair)[]): (string | number)[] {
  return nodes.flatMap((node, index): (string | number)[] => {
    if (isPair(node)) return isScalar(node.key) ? [String(node.key.value)] : [];
    const child = nodes[index + 1];
    const place = isSeq(node) ? node.items.indexOf(child) : -1;
    return place < 0 ? [] : [place];
  });
}

/** The deepest node of a path that there is; for the value of a key, the key itself. */
function nodeAt(document: Document.Parsed, path: MappingPath): Node | undefined {
  let node: unknown = document.contents;
  let place: Node | undefined = isNode(node) ? node : undefined;
  for (const step of path) {
    const pair = isMap(node)
      ? node.items.findLast(({ key }) => isScalar(key) && key.value === String(step))
      : undefined;
    node = isSeq(node) ? node.items[Number(step)] : pair?.value;
    if (isNode(pair?.key)) place = pair.key;
    else if (isNode(node)) place = node;
    else break;
  }
  return place;
}
