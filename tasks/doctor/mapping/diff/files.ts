import { type Grammar, mappingGrammar, partAt, valueAt } from '../../../../shared/mapping/grammar.js';
import type { Mapping } from '../../../../shared/mapping/mapping.js';
import { flow } from '../../../../shared/mapping/mapping-faults.js';
import { type MappingPath, pathText, readMappingText } from '../../../../shared/mapping/mapping-file.js';
import { byCodeUnits, hashedColumns } from '../../../../shared/mapping/mapping-version.js';
import { mappedColumns } from '../../../../shared/store/schema/mapped-columns.js';
import type { ChangedColumn, ChangedPart, FileChanges } from './report.js';

/** A mapping with the file it was read from. */
export interface MappingOnDisk {
  file: string;
  text: string;
  mapping: Mapping;
}

/** The columns of a board: their place in the file, and the board. */
const COLUMN_LISTS = [
  { path: ['item', 'columns'], board: 'items' },
  { path: ['subitem', 'columns'], board: 'subitems' },
] as const;
/** Told of in other ways than part by part. */
const APART: ReadonlySet<string> = new Set([...COLUMN_LISTS.map(({ path }) => pathText(path)), 'customers']);
/** Rules have several forms, so that one is told as a whole. */
const WHOLE: ReadonlySet<string> = new Set(['scope', 'cancelled']);

/** What differs between two files, defaults that one of them states left out. */
export function fileChanges(old: MappingOnDisk, fresh: MappingOnDisk): FileChanges {
  const [before, after] = [partsOf(old), partsOf(fresh)];
  return {
    columns: COLUMN_LISTS.flatMap(({ path, board }) => columnChanges(before.at(path), after.at(path), board, path)),
    parts: partChanges(before, after, []),
    customers: customerChanges(old.mapping, fresh.mapping),
    hashed: listChange(hashedColumns(old.mapping), hashedColumns(fresh.mapping)),
    tables: listChange(tableColumns(old.mapping), tableColumns(fresh.mapping)).added,
  };
}

/** What stands in one list alone. */
export function listChange(
  before: readonly string[],
  after: readonly string[],
): { added: string[]; removed: string[] } {
  return {
    added: after.filter((each) => !before.includes(each)),
    removed: before.filter((each) => !after.includes(each)),
  };
}

function tableColumns(mapping: Mapping): string[] {
  const { kept, board } = mappedColumns(mapping);
  return [...new Set([...kept, ...board.map(({ title }) => title)])].sort(byCodeUnits);
}

interface StatedParts {
  /** What stands at a place, or else its default. */
  at(path: MappingPath): unknown;
}

function partsOf({ text }: MappingOnDisk): StatedParts {
  const { data } = readMappingText(text);
  const grammar = mappingGrammar();
  return { at: (path) => valueAt(data, path) ?? defaultAt(grammar, path, data) };
}

function defaultAt(grammar: Grammar, path: MappingPath, data: unknown): unknown {
  if (path.length === 0) return undefined;
  return partAt(grammar, path, data)?.default ?? valueAt(defaultAt(grammar, path.slice(0, -1), data), path.slice(-1));
}

function partChanges(before: StatedParts, after: StatedParts, path: MappingPath): ChangedPart[] {
  const [old, fresh] = [before.at(path), after.at(path)];
  const name = pathText(path);
  if (APART.has(name) && typeof old === typeof fresh) return [];
  if (isMap(old) && isMap(fresh) && !WHOLE.has(name))
    return keysOf(old, fresh).flatMap((key) => partChanges(before, after, [...path, key]));
  const [was, is] = [shown(old), shown(fresh)];
  return was === is ? [] : [{ path: name, before: was, after: is }];
}

/** By id, since that is what identifies a column on the board. */
function columnChanges(
  before: unknown,
  after: unknown,
  board: ChangedColumn['board'],
  path: MappingPath,
): ChangedColumn[] {
  const [old, fresh] = [byId(before), byId(after)];
  const grammar = mappingGrammar();
  const standard = (key: string): unknown => partAt(grammar, [...path, 0, key], undefined)?.default;
  return keysOf(Object.fromEntries(fresh), Object.fromEntries(old)).flatMap((id): ChangedColumn[] => {
    const [was, is] = [old.get(id), fresh.get(id)];
    const about = { board, id, title: String((is ?? was)?.['title'] ?? ''), key: null };
    if (was === undefined) return [{ ...about, change: 'added', before: null, after: shown(withoutName(is)) }];
    if (is === undefined) return [{ ...about, change: 'removed', before: shown(withoutName(was)), after: null }];
    return keysOf(was, is).flatMap((key): ChangedColumn[] => {
      const [from, to] = [shown(was[key] ?? standard(key)), shown(is[key] ?? standard(key))];
      return from === to ? [] : [{ ...about, change: KINDS[key] ?? 're-ruled', key, before: from, after: to }];
    });
  });
}

const KINDS: Readonly<Record<string, ChangedColumn['change']>> = { title: 'retitled', type: 'retyped' };

function withoutName({ id: _id, title: _title, ...rest }: Record<string, unknown> = {}): Record<string, unknown> {
  return rest;
}

function customerChanges(old: Mapping, fresh: Mapping): FileChanges['customers'] {
  const spellings = ({ customers }: Mapping) =>
    new Map(customers.map((each) => [each.name, [...each.spellings].sort(byCodeUnits)]));
  const [before, after] = [spellings(old), spellings(fresh)];
  const changed = [...after].flatMap(([name, now]) => {
    const was = before.get(name);
    if (was === undefined || shown(was) === shown(now)) return [];
    return [{ name, ...listChange(was, now) }];
  });
  return { ...listChange([...before.keys()], [...after.keys()]), changed };
}

function byId(columns: unknown): Map<string, Record<string, unknown>> {
  const maps = Array.isArray(columns) ? columns.filter(isMap) : [];
  return new Map(maps.map((column) => [String(column['id']), column]));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keysOf(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

/** A value as a mapping states it; null for none. Defaults are of other kinds than what a file states. */
function shown(value: unknown): string | null {
  return value === undefined ? null : flow(stated(value));
}

function stated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stated);
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, stated(each)]));
  const text = String(value);
  if (text === 'true' || text === 'false') return text === 'true';
  return String(Number(text)) === text ? Number(text) : text;
}
