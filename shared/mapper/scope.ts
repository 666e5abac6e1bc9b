import { remembering } from '../ground/remember.js';
import { compileCustomer } from '../lines/customer.js';
import type { SourceLayout } from '../lines/layout.js';
import { type DateOrder, readDate } from '../mapping/dates.js';
import { fold } from '../mapping/fold.js';
import type { Mapping } from '../mapping/mapping.js';
import type { ColumnRule, Rule } from '../mapping/rules.js';
import { compileBlank, textOf } from '../mapping/texts.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';

export type RowTest = (row: ArrayRow) => boolean;

/** Rule 8: compiles the test whether a line belongs on the board. */
export function compileScope(mapping: Mapping, layout: SourceLayout): RowTest {
  return compileRule(mapping, layout, mapping.scope);
}

/** Compiles the test whether a line is cancelled. */
export function compileCancelled(mapping: Mapping, layout: SourceLayout): RowTest {
  return compileRule(mapping, layout, mapping.cancelled);
}

export function compileRule(mapping: Mapping, layout: SourceLayout, rule: Rule): RowTest {
  switch (rule.kind) {
    case 'all': {
      const tests = rule.rules.map((part) => compileRule(mapping, layout, part));
      return (row) => tests.every((test) => test(row));
    }
    case 'any': {
      const tests = rule.rules.map((part) => compileRule(mapping, layout, part));
      return (row) => tests.some((test) => test(row));
    }
    case 'not': {
      const test = compileRule(mapping, layout, rule.rule);
      return (row) => !test(row);
    }
    case 'customer': {
      const customerOf = compileCustomer(mapping, layout);
      return (row) => customerOf(row).mapped === rule.mapped;
    }
    case 'column':
      return compileColumnRule(mapping, layout, rule);
  }
}

function compileColumnRule(mapping: Mapping, layout: SourceLayout, rule: ColumnRule): RowTest {
  const isBlank = compileBlank(mapping);
  const tests: TextTest[] = [];
  const { blank, in: within, notIn, after, before } = rule;
  const { order } = mapping.dates;
  if (blank !== undefined) tests.push((text) => isBlank(text) === blank);
  if (within !== undefined) tests.push(oneOf(within, isBlank));
  if (notIn !== undefined) {
    const listed = oneOf(notIn, isBlank);
    tests.push((text) => !listed(text));
  }
  if (after !== undefined) tests.push((text) => isDate(text, order, (date) => date > after));
  if (before !== undefined) tests.push((text) => isDate(text, order, (date) => date < before));
  const position = layout.position(rule.column);
  const holds = (text: string | null): boolean => tests.every((test) => test(text));
  const [ofNull, ofText] = [holds(null), remembering(holds)];
  return (row) => {
    const text = textOf(row[position]);
    return text === null ? ofNull : ofText(text);
  };
}

type TextTest = (text: string | null) => boolean;

/** A blank word among the texts stands for every blank: they all mean that there is nothing. */
function oneOf(texts: readonly string[], isBlank: TextTest): TextTest {
  const listed = new Set(texts.map(fold));
  // Most texts are spelled as in the list; the others cost a copy.
  const isListed: TextTest = (text) => text !== null && (listed.has(text) || listed.has(fold(text)));
  return texts.some(isBlank) ? (text) => isBlank(text) || isListed(text) : isListed;
}

/** Whether a text is a day for which the test holds. */
export function isDate(text: string | null, order: DateOrder, test: (date: string) => boolean): boolean {
  const date = text === null ? undefined : readDate(text, order);
  return date !== undefined && test(date);
}
