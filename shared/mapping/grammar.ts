import { z } from 'zod';
import { blankWord, COUNT } from './forms.js';
import { mappingSchema } from './mapping-schema.js';

/** A JSON Schema, or a part of one. */
export type Grammar = z.core.JSONSchema.JSONSchema;

/** The JSON Schema of a mapping: what `mappingSchema` takes, for editors. */
export function mappingGrammar(): Grammar {
  const grammar = z.toJSONSchema(mappingSchema, {
    target: 'draft-07',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      // Left out by zod where a value is transformed, since they may be of what comes of it; ours are as they are written.
      const examples = z.globalRegistry.get(zodSchema)?.['examples'];
      if (Array.isArray(examples)) jsonSchema.examples = examples;
      if (def.type === 'default') jsonSchema.default = def.defaultValue;
      if (def.type === 'string') allowScalars(jsonSchema, zodSchema === blankWord);
      if (def.type === 'enum' && jsonSchema.enum?.includes('true')) allowFlags(jsonSchema);
      delete jsonSchema.propertyNames;
      // What stands beside a reference is not read in this version of JSON Schema.
      if (jsonSchema.$ref !== undefined && jsonSchema.description !== undefined) {
        jsonSchema.allOf = [{ $ref: jsonSchema.$ref }];
        delete jsonSchema.$ref;
      }
    },
  });
  grammar.title = 'The mapping: which column goes where, and how';
  return grammar;
}

// An editor takes YAML's scalars for what they look like. The tasks take each as text, so that 28, true and 1.10 are
// allowed wherever a text is, and null where a text may be empty or is a word.

function allowScalars(schema: Grammar, isBlankWord: boolean): void {
  const { pattern, format } = schema;
  if (format !== undefined) return;
  if (pattern === COUNT.form.source)
    Object.assign(schema, { type: ['string', 'integer'], minimum: COUNT.least, maximum: COUNT.greatest });
  else
    schema.type = ['string', 'number', 'boolean', ...(pattern === undefined || isBlankWord ? (['null'] as const) : [])];
}

function allowFlags(schema: Grammar): void {
  delete schema.type;
  schema.enum = [true, false, 'true', 'false'];
}

/** The part of the grammar that a place of a mapping has to fit; `data` decides which form a rule is of. */
export function partAt(grammar: Grammar, path: readonly PropertyKey[], data: unknown): Grammar | undefined {
  let part: Grammar | undefined = formOf(grammar, grammar, data);
  let value = data;
  for (const step of path) {
    if (part === undefined) return undefined;
    value = stepInto(value, step);
    const next: unknown =
      typeof step === 'number' ? part.items : (part.properties?.[String(step)] ?? part.additionalProperties);
    part = isGrammar(next) ? formOf(grammar, next, value) : undefined;
  }
  return part;
}

/** The value at a place of what was parsed; undefined where there is none. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(stepInto, data);
}

function stepInto(value: unknown, step: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, step)
    ? (value as Record<PropertyKey, unknown>)[step]
    : undefined;
}

/** A reference is followed, with what is said beside it; of several forms, the one whose first key is there. */
function formOf(grammar: Grammar, part: Grammar, value: unknown): Grammar {
  const meant = followed(grammar, part);
  const forms = meant.anyOf?.map((form) => followed(grammar, form)) ?? [];
  const byKey = forms.find(({ required = [] }) => stepInto(value, required[0] ?? '') !== undefined);
  const inner = innerForm(meant);
  return byKey ?? (inner === undefined ? meant : { ...meant, ...followed(grammar, inner) });
}

/** The form with parts of its own, of a value that may be a text or word as well. */
export function innerForm({ anyOf = [] }: Grammar): Grammar | undefined {
  const hasParts = ({ type }: Grammar): boolean => type === 'object' || type === 'array';
  return anyOf.every((form) => hasParts(form) || form.$ref !== undefined) ? undefined : anyOf.find(hasParts);
}

function followed(grammar: Grammar, { $ref, allOf, ...said }: Grammar): Grammar {
  const name = ($ref ?? allOf?.[0]?.$ref)?.split('/').at(-1);
  const definitions = (grammar['definitions'] ?? {}) as Record<string, Grammar>;
  return name === undefined ? said : { ...definitions[name], ...said };
}

function isGrammar(part: unknown): part is Grammar {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}
