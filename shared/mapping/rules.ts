import { z } from 'zod';

/** A condition on a line, as the mapping states it; `compileRule` in scope.ts makes it a function. */
export type Rule =
  | { kind: 'all'; rules: readonly Rule[] }
  | { kind: 'any'; rules: readonly Rule[] }
  | { kind: 'not'; rule: Rule }
  | { kind: 'customer'; mapped: boolean }
  | ColumnRule;

/** Every test that is given must hold. Texts are compared folded, dates as dates. */
export interface ColumnRule {
  kind: 'column';
  column: string;
  in?: readonly string[] | undefined;
  notIn?: readonly string[] | undefined;
  blank?: boolean | undefined;
  after?: string | undefined;
  before?: string | undefined;
}

const FORMS =
  'a rule is one of all: [rules], any: [rules], not: rule, customer: mapped | unmapped, column: NAME with a test';
const TESTS = 'in: [texts], not_in: [texts], blank: true | false, after: YYYY-MM-DD, before: YYYY-MM-DD';

const texts = z.array(z.string()).min(1, 'at least one text is needed');
const day = z.iso.date({ error: 'a date is written YYYY-MM-DD' });

const columnRule = z
  .strictObject(
    {
      column: z.string().min(1),
      in: texts.optional(),
      not_in: texts.optional(),
      blank: z.enum(['true', 'false']).optional(),
      after: day.optional(),
      before: day.optional(),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys' ? `unknown: ${issue.keys.join(', ')}; the tests are ${TESTS}` : undefined,
    },
  )
  .refine((rule) => Object.keys(rule).length > 1, { error: `a column needs a test: ${TESTS}` })
  .transform(
    ({ column, in: within, not_in, blank, after, before }): Rule => ({
      kind: 'column',
      column,
      in: within,
      notIn: not_in,
      blank: blank === undefined ? undefined : blank === 'true',
      after,
      before,
    }),
  );

export const ruleSchema: z.ZodType<Rule> = z.lazy(() =>
  z.record(z.string(), z.unknown(), { error: FORMS }).transform((raw, context): Rule => {
    const form = FORM_SCHEMAS.find(([key]) => key in raw)?.[1];
    if (form === undefined) {
      context.addIssue({ code: 'custom', message: FORMS });
      return z.NEVER;
    }
    const result = form.safeParse(raw);
    if (result.success) return result.data;
    for (const issue of result.error.issues)
      context.addIssue({ code: 'custom', path: issue.path, message: issue.message });
    return z.NEVER;
  }),
);

const ruleList = z.array(ruleSchema).min(1, 'at least one rule is needed');

// By its first key a rule shows its form, so that a fault is reported against that form alone.
const FORM_SCHEMAS: readonly (readonly [string, z.ZodType<Rule>])[] = [
  ['all', z.strictObject({ all: ruleList }).transform(({ all }): Rule => ({ kind: 'all', rules: all }))],
  ['any', z.strictObject({ any: ruleList }).transform(({ any }): Rule => ({ kind: 'any', rules: any }))],
  ['not', z.strictObject({ not: ruleSchema }).transform(({ not }): Rule => ({ kind: 'not', rule: not }))],
  [
    'customer',
    z
      .strictObject({ customer: z.enum(['mapped', 'unmapped']) })
      .transform(({ customer }): Rule => ({ kind: 'customer', mapped: customer === 'mapped' })),
  ],
  ['column', columnRule],
];

/** The source columns that a rule reads; the customer column is the caller's to add. */
export function columnsOfRule(rule: Rule): string[] {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return rule.rules.flatMap(columnsOfRule);
    case 'not':
      return columnsOfRule(rule.rule);
    case 'customer':
      return [];
    case 'column':
      return [rule.column];
  }
}

/** Without line breaks, control characters, runs of white space, and space at either end. */
export function trimAndClean(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** The vendor's limits, in UTF-16 units: what a board that counts characters takes, one that counts units takes too. */
export const NAME_LENGTH = 255;
export const LONG_TEXT_LENGTH = 2_000;

/** The text where it has at most `most` UTF-16 units, else its beginning and an ellipsis. No character is cut in half. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const beginning = text.slice(0, most - 1);
  return `${isHighSurrogate(beginning.charCodeAt(most - 2)) ? beginning.slice(0, -1) : beginning}…`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
