import { z } from 'zod';
import { anyText, day, explained, text, yesOrNo } from './forms.js';
import type { Rule } from './rules.js';

// Made anew at each place: what stands at several places, and has no id, would get a number for a name in the JSON Schema.
const rule = (): z.ZodType<Rule> => z.lazy(() => ruleSchema);
const rules = () => z.array(rule()).min(1, 'at least one rule is needed');
const words = z.array(anyText).min(1, 'at least one text is needed');

/** The forms of a rule, each known by its first key. */
export const RULE_FORMS = {
  all: z
    .strictObject({
      all: explained(rules(), 'Every one of these rules holds.', [
        { customer: 'mapped' },
        { column: 'ORDER TYPE', in: ['ACTIVE'] },
      ]),
    })
    .transform(({ all }): Rule => ({ kind: 'all', rules: all })),
  any: z
    .strictObject({
      any: explained(rules(), 'At least one of these rules holds.', [
        { column: 'ORDER TYPE', blank: true },
        { column: 'ORDER TYPE', in: ['ACTIVE'] },
      ]),
    })
    .transform(({ any }): Rule => ({ kind: 'any', rules: any })),
  not: z
    .strictObject({
      not: explained(rule(), 'This rule does not hold.', { column: 'ORDER TYPE', in: ['SAMPLE'] }),
    })
    .transform(({ not }): Rule => ({ kind: 'not', rule: not })),
  customer: z
    .strictObject({
      customer: explained(
        z.enum(['mapped', 'unmapped']),
        'The customer is one of those under `customers`, or is none of them.',
        'mapped',
      ),
    })
    .transform(({ customer }): Rule => ({ kind: 'customer', mapped: customer === 'mapped' })),
  column: z
    .strictObject({
      column: explained(
        text,
        'The source column whose text is tested. Every test that is given has to hold.',
        'ORDER TYPE',
      ),
      in: explained(
        words.optional(),
        'The text is one of these, compared folded. A blank word among them stands for every blank.',
        ['ACTIVE', 'RECEIVED'],
      ),
      not_in: explained(
        words.optional(),
        'The text is none of these, compared folded. A blank is none of them, unless a blank word is among them.',
        ['SAMPLE'],
      ),
      blank: explained(yesOrNo.optional(), 'The text is blank, or with `false` is something.', true),
      after: explained(
        day.optional(),
        'The text is a date after this day. What is no date fails the test.',
        '2025-01-01',
      ),
      before: explained(
        day.optional(),
        'The text is a date before this day. What is no date fails the test.',
        '2026-01-01',
      ),
    })
    .refine((rule) => Object.keys(rule).length > 1, 'a column needs a test: in, not_in, blank, after or before')
    .meta({ minProperties: 2, examples: [{ column: 'ORDER TYPE', blank: true }] })
    .transform(({ not_in, ...rule }): Rule => ({ kind: 'column', ...rule, notIn: not_in })),
} as const satisfies Record<Rule['kind'], z.ZodType<Rule>>;

/** A rule of any form. */
export const ruleSchema: z.ZodType<Rule> = z
  .union(Object.entries(RULE_FORMS).map(([form, schema]) => schema.meta({ id: `rule-${form}` })))
  .meta({
    id: 'rule',
    description: 'A rule for lines: all, any, not, customer, or column with a test.',
    examples: [{ customer: 'mapped' }],
  });
