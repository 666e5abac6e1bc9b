import { stringify } from 'yaml';
import type { z } from 'zod';
import { didYouMean, nearest } from '../ground/text.js';
import { type Grammar, mappingGrammar, partAt, valueAt } from './grammar.js';
import { type MappingFault, type MappingFile, type MappingPath, pathText } from './mapping-file.js';
import { type MappingText, mappingSchema } from './mapping-schema.js';
import { RULE_FORMS } from './rule-schema.js';

/** A mapping as it was written, beside what it has to fit. */
export interface Written {
  readonly grammar: Grammar;
  readonly data: unknown;
}

export function written(data: unknown): Written {
  let grammar: Grammar | undefined;
  return {
    data,
    // Slow to make, and only a mapping with faults is held against it.
    get grammar() {
      grammar ??= mappingGrammar();
      return grammar;
    },
  };
}

/** Faults as a message tells them, in the order of the file: path, what is wrong, line and column, what may be meant. */
export function describeFaults(file: MappingFile, faults: readonly MappingFault[], whole: Written): string[] {
  return faults
    .map((fault) => ({ ...fault, offset: fault.offset ?? file.offsetOf(fault.path) }))
    .sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0))
    .map(({ path, message, hint = '', offset, example = exampleAt(path, whole) }) => {
      const where = pathText(path);
      const right = example === undefined ? '' : ` For example: ${example}`;
      return `${where === '' ? '' : `${where}: `}${message}${offset === undefined ? '' : file.placeOf(offset)}.${hint}${right}`;
    });
}

/** The nearest key at or around a place that has an example, with it, as it stands in a mapping. */
function exampleAt(path: MappingPath, { grammar, data }: Written): string | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const [key, part] = [path[length - 1], partAt(grammar, path.slice(0, length), data)];
    const [example] = part?.examples ?? [];
    if (typeof key === 'string' && example !== undefined) return `${key}: ${flow(example)}`;
  }
  return undefined;
}

/** A value as YAML in one line. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, each]) => `${flow(key)}: ${flow(each)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  if (typeof value === 'string' && BREAKS.test(value)) return escaped(value);
  // In a list, so that what would end a value there is in quotes.
  return stringify([value], { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 })
    .trim()
    .slice(1, -1);
}

/** Signs for which YAML would go on in another line, or that a reader of lines takes for its end. */
const BREAKS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** In double quotes: YAML reads the escapes of JSON, which leaves some of these signs as they are. */
function escaped(text: string): string {
  return JSON.stringify(text).replace(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The pattern of a name: nothing but that it says something. */
const ANY_NAME = '\\S';

/** Where a mapping states rules. */
const PARTS_OF_RULES = new Set<PropertyKey | undefined>(['scope', 'cancelled']);
const RULE_FORM_NAMES = Object.keys(RULE_FORMS);
const ANY_RULE =
  'a rule is one of all: [rules], any: [rules], not: rule, customer: mapped | unmapped, column: NAME with a test';

/** What zod calls the kinds of values, for people. YAML whose scalars are texts has no others. */
const KINDS: Readonly<Record<string, string>> = { object: 'a map', record: 'a map', array: 'a list', string: 'a text' };

/** What does not fit the schema, a fault each. */
export function schemaFaults(error: z.ZodError, whole: Written): MappingFault[] {
  return error.issues.flatMap((issue) => faultsOfIssue(issue, [], whole));
}

function faultsOfIssue(issue: z.core.$ZodIssue, base: MappingPath, whole: Written): MappingFault[] {
  const path = [...base, ...issue.path];
  const value = valueAt(whole.data, path);
  switch (issue.code) {
    case 'invalid_union': {
      if (!PARTS_OF_RULES.has(path[0])) return choiceFaults(issue, path, whole);
      // By its first key a rule shows its form, so that it is held against that form alone.
      const form = RULE_FORM_NAMES.findIndex((name) => valueAt(value, [name]) !== undefined);
      if (form >= 0) return (issue.errors[form] ?? []).flatMap((each) => faultsOfIssue(each, path, whole));
      const message = value === undefined ? `is missing; ${ANY_RULE}` : ANY_RULE;
      return [{ path, message, hint: formHint(value) }];
    }
    case 'unrecognized_keys': {
      const known = Object.keys(partAt(whole.grammar, path, whole.data)?.properties ?? {});
      return issue.keys.map((key) => {
        const meant = nearest(key, known);
        const example = meant === undefined ? undefined : exampleAt([...path, meant], whole);
        return {
          path: [...path, key],
          message: `is not known; the keys here are ${known.join(', ')}`,
          ...(meant !== undefined && { hint: ` Did you mean ${meant}?` }),
          ...(example !== undefined && { example }),
        };
      });
    }
    case 'invalid_type': {
      const kind = KINDS[issue.expected] ?? issue.expected;
      const message = value === undefined ? `is missing, ${kind}` : `must be ${kind}, not ${kindOf(value)}`;
      if (path.length > 0) return [{ path, message }];
      return [
        { path, message: `the file ${message}`, hint: ' Begin with a copy of the mapping shipped in sql/mappings.' },
      ];
    }
    case 'invalid_value': {
      const words = issue.values.map(String);
      const message = `${value === undefined ? 'is missing, ' : 'must be '}one of ${words.join(', ')}${notThis(value)}`;
      const meant = typeof value === 'string' ? nearest(value, words) : undefined;
      if (meant === undefined) return [{ path, message }];
      return [{ path, message, hint: ` Did you mean ${meant}?`, example: `${String(path.at(-1))}: ${flow(meant)}` }];
    }
    case 'invalid_format':
      return [{ path, message: `${issue.message}${notThis(value)}` }];
    default:
      return [{ path, message: issue.message }];
  }
}

/** A part that takes two kinds of value: one of the right kind is held against that form, anything else is neither. */
function choiceFaults(issue: z.core.$ZodIssueInvalidUnion, path: MappingPath, whole: Written): MappingFault[] {
  const value = valueAt(whole.data, path);
  const form = issue.errors.find((errors) => !errors.some(isOfWrongKind));
  if (form !== undefined) return form.flatMap((each) => faultsOfIssue(each, path, whole));
  return [
    { path, message: value === undefined ? `is missing; it ${issue.message}` : `${issue.message}${notThis(value)}` },
  ];
}

const isOfWrongKind = ({ code, path }: z.core.$ZodIssue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');

/** `, not "x"`, for a text that can be read. */
function notThis(value: unknown): string {
  return typeof value === 'string' && value.trim() !== '' ? `, not "${value}"` : '';
}

function kindOf(value: unknown): string {
  if (value === null || value === '') return 'empty';
  if (typeof value !== 'object') return 'a text';
  return Array.isArray(value) ? 'a list' : 'a map';
}

/** The form of a rule that its keys may be slips of. */
function formHint(value: unknown): string {
  const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  return keys.map((key) => didYouMean(key, RULE_FORM_NAMES)).find((hint) => hint !== '') ?? '';
}

/** Whether what is said of one place may be untrue because something is wrong at the other: the one holds the other. */
export function touches(one: MappingPath, other: MappingPath): boolean {
  return one.slice(0, other.length).every((step, index) => step === other[index]);
}

/**
 * The mapping with something that fits in the place of each part that does not, so that the rest can be looked at as a
 * whole; undefined where too much is wrong.
 */
export function soundMapping({ grammar, data }: Written, faulty: readonly MappingPath[]): MappingText | undefined {
  const standIns = new StandIns(grammar);
  // Of what is missing in a part, a fault tells only once the part is there.
  const sound = faulty.reduce((whole, path) => standIns.put(whole, path, whole), data);
  return mappingSchema.safeParse(sound).data;
}

class StandIns {
  readonly #grammar: Grammar;
  #made = 0;

  constructor(grammar: Grammar) {
    this.#grammar = grammar;
  }

  /** The same value with another one at a place, and without what the grammar has no place for. */
  put(value: unknown, [step, ...rest]: MappingPath, whole: unknown, above: MappingPath = []): unknown {
    const part = partAt(this.#grammar, above, whole);
    if (step === undefined) return part === undefined ? undefined : this.#make(part);
    const inner = this.put(valueAt(value, [step]), rest, whole, [...above, step]);
    if (Array.isArray(value)) return value.map((each: unknown, index) => (index === step ? inner : each));
    if (typeof value !== 'object' || value === null) return value;
    const { [String(step)]: _, ...others } = value as Record<string, unknown>;
    return inner === undefined ? others : { ...others, [String(step)]: inner };
  }

  /** A value that fits, and names nothing that another part of the mapping names. */
  #make(part: Grammar): unknown {
    const [example] = part.examples ?? [];
    if (part.pattern === ANY_NAME) return `\u0000${++this.#made}`;
    if (example !== undefined) return asTexts(example);
    const { properties = {}, required = [], items, minItems } = part;
    if (part.type === 'array') return minItems === undefined ? [] : [this.#make(items as Grammar)];
    return Object.fromEntries(required.map((key) => [key, this.#make(properties[key] as Grammar)]));
  }
}

/** As YAML's scalars arrive. */
function asTexts(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map(asTexts);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asTexts(each)]));
}
