import { stringify } from 'yaml';
import type { z } from 'zod';
import { didYouMean } from '../ground/text.js';
import { type Grammar, mappingGrammar, partAt, valueAt } from './grammar.js';
import type { MappingFile, MappingPath } from './mapping-file.js';
import { RULE_FORMS } from './rules.js';

/** Something in a mapping that cannot work, and where. */
export interface MappingFault {
  path: MappingPath;
  message: string;
  /** ` Did you mean X?` */
  hint?: string;
}

/** A mapping as it was written, beside what it has to fit. */
export interface Written {
  grammar: Grammar;
  data: unknown;
}

export function written(data: unknown): Written {
  return { grammar: mappingGrammar(), data };
}

/** A fault as a message tells it: where, what, the word that may be meant, and an example of what is right. */
export function describeFault(file: MappingFile, { path, message, hint = '' }: MappingFault, whole: Written): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  const example = exampleAt(path, whole);
  const right = example === undefined ? '' : ` For example: ${example}`;
  return `${steps.replace(/^\./, '') || 'the file'}: ${message}${file.place(path)}.${hint}${right}`;
}

/** The nearest key at or around a place that has an example, with it, as it stands in a mapping. */
function exampleAt(path: MappingPath, { grammar, data }: Written): string | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const [key, part] = [path[length - 1], partAt(grammar, path.slice(0, length), data)];
    const [example] = part?.examples ?? [];
    if (typeof key === 'string' && example !== undefined)
      return `${key}: ${stringify(example, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`;
  }
  return undefined;
}

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
      // By its first key a rule shows its form, so that it is held against that form alone.
      const form = RULE_FORM_NAMES.findIndex((name) => valueAt(value, [name]) !== undefined);
      if (form >= 0) return (issue.errors[form] ?? []).flatMap((each) => faultsOfIssue(each, path, whole));
      const message = value === undefined ? `is missing; ${ANY_RULE}` : ANY_RULE;
      return [{ path, message, hint: formHint(value) }];
    }
    case 'unrecognized_keys': {
      const known = Object.keys(partAt(whole.grammar, path, whole.data)?.properties ?? {});
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `is not known; the keys here are ${known.join(', ')}`,
        hint: didYouMean(key, known),
      }));
    }
    case 'invalid_type': {
      const kind = KINDS[issue.expected] ?? issue.expected;
      return [{ path, message: value === undefined ? `is missing, ${kind}` : `must be ${kind}, not ${kindOf(value)}` }];
    }
    case 'invalid_value': {
      const words = issue.values.map(String);
      const message = `${value === undefined ? 'is missing, ' : 'must be '}one of ${words.join(', ')}`;
      return [{ path, message: `${message}${notThis(value)}`, hint: didYouMean(String(value), words) }];
    }
    case 'invalid_format':
      return [{ path, message: `${issue.message}${notThis(value)}` }];
    default:
      return [{ path, message: issue.message }];
  }
}

/** `, not "x"`, for a text that can be read. */
function notThis(value: unknown): string {
  return typeof value === 'string' && value.trim() !== '' ? `, not "${value}"` : '';
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object') return value === '' ? 'empty' : 'a text';
  return Array.isArray(value) ? 'a list' : 'a map';
}

/** The form of a rule that its keys may be slips of. */
function formHint(value: unknown): string {
  const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  return keys.map((key) => didYouMean(key, RULE_FORM_NAMES)).find((hint) => hint !== '') ?? '';
}
