import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { FixFirstError } from '../ground/errors.js';

export type MappingPath = readonly PropertyKey[];

/** A mapping as YAML, before anything of it is understood. */
export interface MappingFile {
  data: unknown;
  /** Where a part of the file stands: ` (line 12, column 5)`, or that of the nearest part around it. */
  place(path: MappingPath): string;
  refuse(faults: readonly string[]): FixFirstError;
}

/** JavaScript's own words: an object would take them for something else than a key. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads the text of a mapping; `name` is what messages call it. Aliases are refused: a few lines of them stand for
 * gigabytes, and no mapping needs one.
 * @throws FixFirstError with line and column.
 */
export function readMappingText(text: string, name: string): MappingFile {
  const lines = new LineCounter();
  const refuse = (faults: readonly string[]): FixFirstError =>
    new FixFirstError(
      'MAPPING_INVALID',
      `The mapping ${name} cannot be used:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
    );
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines });
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined)
    throw new FixFirstError('MAPPING_INVALID', `The mapping ${name} is not valid YAML: ${syntaxError.message.trim()}`);
  const placeOf = (node: Node): string => {
    const { line, col } = lines.linePos(node.range?.[0] ?? 0);
    return ` (line ${line}, column ${col})`;
  };
  const faults = forbiddenNodes(document).map(([node, what]) => `${what}${placeOf(node)}.`);
  if (faults.length > 0) throw refuse(faults);
  return {
    data: document.toJS(),
    place: (path) => {
      const node = nodeAt(document, path);
      return node === undefined ? '' : placeOf(node);
    },
    refuse,
  };
}

function forbiddenNodes(document: Document.Parsed): [Node, string][] {
  const found: [Node, string][] = [];
  visit(document, {
    Alias: (_, node) => {
      found.push([node, `the alias *${node.source} is not allowed; write out what it stands for`]);
    },
    Pair: (_, { key }) => {
      if (!isNode(key)) return;
      if (!isScalar(key)) found.push([key, 'a key must be a text, not a list or a map']);
      else if (RESERVED.has(String(key.value))) found.push([key, `the name ${String(key.value)} cannot be used`]);
    },
  });
  return found;
}

/** The deepest node of a path that there is; for the value of a key, the key itself. */
function nodeAt(document: Document.Parsed, path: MappingPath): Node | undefined {
  let node: unknown = document.contents;
  let place: Node | undefined = isNode(node) ? node : undefined;
  for (const step of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === String(step)) : undefined;
    node = isSeq(node) ? node.items[Number(step)] : pair?.value;
    if (isNode(pair?.key)) place = pair.key;
    else if (isNode(node)) place = node;
    else break;
  }
  return place;
}
