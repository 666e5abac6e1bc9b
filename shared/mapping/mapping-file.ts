import { createHash } from 'node:crypto';
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { FixFirstError } from '../ground/errors.js';
import type { MappingText } from './mapping-schema.js';
import { columnsOfRule } from './rules.js';

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
  // A tag or a directive that is not known is only warned of, and would be left out of what the file says.
  const [syntaxError] = [...document.errors, ...document.warnings];
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

/** Code-unit order, the one order of column names everywhere: the same on every machine and engine. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Every source column whose value decides what the board shows, or who or where a line is; in code-unit order.
 * The uuid and the sizes are not among them: the one is identity, the others are read from the live table.
 */
export function hashedColumns(mapping: MappingText): string[] {
  const columns = new Set([
    mapping.source.customer,
    mapping.source.orderNumber,
    ...mapping.source.purchaseOrder,
    ...mapping.source.businessKey,
    ...columnsOfRule(mapping.scope),
    ...columnsOfRule(mapping.cancelled),
    mapping.sizes.total,
    ...mapping.item.name.parts,
    ...mapping.item.group.season,
    ...mapping.item.columns.map((column) => column.source),
  ]);
  return [...columns].sort(byCodeUnits);
}

/**
 * Rule 9: names the mapping's output: two files with the same version give the same board and the same hashed columns.
 * Titles, personal columns, the column of the last change and the order of things that have none do not count.
 */
export function mappingVersion(mapping: MappingText): string {
  const output = {
    blank: sorted(mapping.blank),
    // Left out where they are as in a file without them, so that stating them changes nothing.
    numbers: mapping.numbers.decimal === '.' ? undefined : mapping.numbers,
    dates: mapping.dates.order === 'mdy' ? undefined : mapping.dates,
    hashed: hashedColumns(mapping),
    scope: mapping.scope,
    cancelled: mapping.cancelled,
    sizes: { ...mapping.sizes, except: sorted(mapping.sizes.except) },
    itemKey: mapping.item.key.id,
    name: mapping.item.name,
    group: mapping.item.group,
    columns: mapping.item.columns.map(withoutTitle).sort(byId),
    subitemKey: mapping.subitem.key.id,
    subitemName: mapping.subitem.name,
    subitemColumns: mapping.subitem.columns.map(withoutTitle).sort(byId),
    customers: mapping.customers
      .map(({ name, spellings }) => ({ name, spellings: sorted(spellings) }))
      .sort((a, b) => byCodeUnits(a.name, b.name)),
  };
  return createHash('sha256').update(canonicalJson(output)).digest('hex').slice(0, 12);
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort(byCodeUnits);
}

function byId(a: { id: string }, b: { id: string }): number {
  return byCodeUnits(a.id, b.id);
}

function withoutTitle<Column extends { id: string; title: string; values?: [string, string][] }>(column: Column) {
  const { title: _title, ...rest } = column;
  return { ...rest, values: [...(column.values ?? [])].sort(([a], [b]) => byCodeUnits(a, b)) };
}

/** JSON whose keys are in order, so that the order in which a file states them does not show. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => byCodeUnits(a, b)))
      : part,
  );
}
