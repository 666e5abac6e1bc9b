import { compileCustomer } from '../lines/customer.js';
import type { SourceLayout } from '../lines/layout.js';
import { fold } from '../mapping/fold.js';
import type { Mapping } from '../mapping/mapping.js';
import type { ColumnRule, Rule } from '../mapping/rules.js';
import { compileBlank, textOf } from '../mapping/texts.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import { compileRule, isDate } from './scope.js';

/** A customer, or a word in a column of the scope rule, that the mapping does not know; an empty word is a blank. */
export type UnknownName = { readonly customer: string } | { readonly column: string; readonly word: string };

/** Whether a rule holds for a line; undefined if that depends on an unknown name or word. */
type NameVerdict = (row: ArrayRow) => boolean | undefined;
type Understood = (text: string | null) => boolean;

/**
 * Rule 8: compiles the function that returns the unknown name or word that keeps a line out of scope. It returns undefined if
 * the line would be out of scope whatever the unknown ones mean: because of a known word, a date, or a name or word
 * that `out_of_scope` lists.
 */
export function compileUnknownName(mapping: Mapping, layout: SourceLayout): (row: ArrayRow) => UnknownName | undefined {
  const understood = new Map(
    wordColumns(mapping.scope).map((column) => [column, compileUnderstood(mapping, column)] as const),
  );
  const [customerOf, isUnknown] = [compileCustomer(mapping, layout), compileIsUnknown(mapping, layout)];
  const verdict = compileVerdict(mapping, layout, mapping.scope, understood);
  const asksForCustomer = leavesOf(mapping.scope).some(({ kind }) => kind === 'customer');
  return (row) => {
    if (verdict(row) !== undefined) return undefined;
    if (asksForCustomer && isUnknown(row)) return { customer: customerOf(row).name };
    for (const [column, understands] of understood) {
      const text = textOf(row[layout.position(column)]);
      if (!understands(text)) return { column, word: (text ?? '').trim() };
    }
    return undefined;
  };
}

/** The words of a column that the mapping knows, as it writes them. */
export function wordsOf(mapping: Mapping, column: string): string[] {
  const rules = [...columnRules(mapping.scope), ...columnRules(mapping.cancelled)].filter(
    (rule) => rule.column === column,
  );
  const replaced = mapping.item.columns.filter(({ source }) => source === column).flatMap(({ values }) => values);
  return [...rules.flatMap((rule) => [...(rule.in ?? []), ...(rule.notIn ?? [])]), ...replaced.map(([word]) => word)];
}

/** One form for a name or word, however it is spelled. */
export function unknownKey(unknown: UnknownName): string {
  return 'customer' in unknown ? fold(unknown.customer) : `${unknown.column}\n${fold(unknown.word)}`;
}

function compileVerdict(
  mapping: Mapping,
  layout: SourceLayout,
  rule: Rule,
  understood: ReadonlyMap<string, Understood>,
): NameVerdict {
  const compile = (part: Rule): NameVerdict => compileVerdict(mapping, layout, part, understood);
  switch (rule.kind) {
    case 'all':
      return some(rule.rules.map(compile), false);
    case 'any':
      return some(rule.rules.map(compile), true);
    case 'not': {
      const verdict = compile(rule.rule);
      return (row) => {
        const held = verdict(row);
        return held === undefined ? undefined : !held;
      };
    }
    case 'customer': {
      const isUnknown = compileIsUnknown(mapping, layout);
      const test = compileRule(mapping, layout, rule);
      return (row) => (isUnknown(row) ? undefined : test(row));
    }
    case 'column': {
      const test = compileRule(mapping, layout, rule);
      const understands = hasWords(rule) ? understood.get(rule.column) : undefined;
      const position = layout.position(rule.column);
      return (row) => (understands && !understands(textOf(row[position])) ? undefined : test(row));
    }
  }
}

/** `decisive` if one of them is; otherwise undefined if one of them is; otherwise the opposite. */
function some(verdicts: readonly NameVerdict[], decisive: boolean): NameVerdict {
  return (row) => {
    let result: boolean | undefined = !decisive;
    for (const verdict of verdicts) {
      const held = verdict(row);
      if (held === decisive) return decisive;
      if (held === undefined) result = undefined;
    }
    return result;
  };
}

/** Whether a line's customer is neither in the mapping nor listed under `out_of_scope`. */
function compileIsUnknown(mapping: Mapping, layout: SourceLayout): (row: ArrayRow) => boolean {
  const meant = new Set(mapping.outOfScope.map(fold));
  const customerOf = compileCustomer(mapping, layout);
  return (row) => {
    const { name, mapped } = customerOf(row);
    return !mapped && !meant.has(fold(name));
  };
}

function compileUnderstood(mapping: Mapping, column: string): Understood {
  const rules = columnRules(mapping.scope).filter((rule) => rule.column === column);
  const isBlank = compileBlank(mapping);
  const blankIsKnown =
    rules.some(({ blank }) => blank !== undefined) ||
    [...wordsOf(mapping, column), ...mapping.outOfScope].some(isBlank);
  const readsDates = rules.some(({ after, before }) => after !== undefined || before !== undefined);
  const words = new Set([...wordsOf(mapping, column), ...mapping.outOfScope].map(fold));
  return (text) => {
    if (text === null || isBlank(text)) return blankIsKnown;
    return words.has(fold(text)) || (readsDates && isDate(text, mapping.dates.order, () => true));
  };
}

function wordColumns(rule: Rule): string[] {
  return [
    ...new Set(
      columnRules(rule)
        .filter(hasWords)
        .map(({ column }) => column),
    ),
  ];
}

/** Whether a test of the rule depends on the text, and not only on its presence. */
function hasWords({ in: within, notIn, after, before }: ColumnRule): boolean {
  return within !== undefined || notIn !== undefined || after !== undefined || before !== undefined;
}

function columnRules(rule: Rule): ColumnRule[] {
  return leavesOf(rule).filter((leaf) => leaf.kind === 'column');
}

function leavesOf(rule: Rule): Extract<Rule, { kind: 'customer' | 'column' }>[] {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return rule.rules.flatMap(leavesOf);
    case 'not':
      return leavesOf(rule.rule);
    default:
      return [rule];
  }
}
