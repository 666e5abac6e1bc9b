import { remembering } from '../ground/remember.js';
import { resolveCustomer } from '../mapping/customers.js';
import { periodText, readDate } from '../mapping/dates.js';
import { fold, isInvisible } from '../mapping/fold.js';
import type { ItemColumn, Mapping } from '../mapping/mapping.js';
import { quotable } from '../mapping/mapping-checks.js';
import { type DecimalSign, isRating, readDecimal, writeDecimal } from '../mapping/numbers.js';
import { cutText, LONG_TEXT_LENGTH, trimAndClean } from '../mapping/rules.js';
import { compileBlank } from '../mapping/texts.js';
import { typedText } from '../mapping/typed-texts.js';
import type { Problem } from './map-line.js';

/**
 * The result of a source text: the canonical text to send, null for empty, with a warning if it was cut; or, if it
 * cannot be read as the column's kind of value, only the problem: then the board's column stays unchanged.
 */
export type MappedValue = { readonly text: string | null; readonly warning?: Problem } | { readonly unfit: Problem };

/**
 * Compiles the function that applies the value map, the rule and the length limit of one board column. `decimal` is the
 * decimal sign of its source column.
 */
export function compileValue(
  mapping: Mapping,
  column: ItemColumn,
  decimal: DecimalSign = mapping.numbers.decimal,
): (source: string | null) => MappedValue {
  const replacements = new Map(column.values.map(([from, to]) => [fold(from), to]));
  const rule = compileValueRule(mapping, column, decimal);
  // What the mapping itself writes is written as it says, whatever a database would write.
  const { decimal: own } = mapping.numbers;
  const ruleOfMapping = decimal === own ? rule : compileValueRule(mapping, column, own);
  // A blank word stands for every blank, those that have a value of their own apart.
  const isBlank = compileBlank(mapping);
  const ofBlank = column.values.find(([from]) => isBlank(from))?.[1];
  const replacementOf = (source: string): string | undefined =>
    replacements.get(fold(source)) ?? (ofBlank !== undefined && isBlank(source) ? ofBlank : undefined);
  const read = remembering((source): MappedValue => {
    const replaced = replacements.size === 0 ? undefined : replacementOf(source);
    const value = replaced === undefined ? rule(source) : ruleOfMapping(replaced);
    return 'text' in value && value.text !== null ? fitLength(column, value.text) : value;
  });
  const ofNull = ofBlank === undefined ? EMPTY : read('');
  return (source) => (source === null ? ofNull : read(source));
}

const EMPTY: MappedValue = { text: null };

function compileValueRule(mapping: Mapping, column: ItemColumn, decimal: DecimalSign): (source: string) => MappedValue {
  const isBlank = compileBlank(mapping);
  switch (column.rule) {
    case 'trim':
      return compileTrim(mapping, column);
    case 'trim_and_clean':
      return (source) => textOrEmpty(trimAndClean(source));
    case 'label':
      return (source) => (isBlank(source) ? EMPTY : { text: trimAndClean(source) });
    case 'customer':
      return (source) => (isBlank(source) ? EMPTY : { text: resolveCustomer(mapping, source).name });
    case 'number':
      return (source) => {
        if (isBlank(source)) return EMPTY;
        const number = readDecimal(source, decimal);
        if (number === undefined) return unfit(column, 'NOT_A_NUMBER', `${quotable(source)} is not a number`);
        const written = writeDecimal(number);
        if (column.type === 'rating' && !isRating(written))
          return unfit(column, 'NOT_A_RATING', `${quotable(source)} is not a whole number from 1 to 5`);
        const tooLong = 'the number has more than 20 digits before or 18 after the decimal point';
        return readAs(written) ?? unfit(column, 'NOT_A_NUMBER', tooLong);
      };
    case 'date':
      return (source) => {
        if (isBlank(source)) return EMPTY;
        const day = readDate(source, mapping.dates.order);
        return (
          readAs(column.type === 'timeline' && day !== undefined ? periodText(day, day) : day) ??
          unfit(column, 'NOT_A_DATE', `${quotable(source)} is not a date`)
        );
      };
  }
}

/** A text unchanged; in a column of another kind, what such a column can show. */
function compileTrim(mapping: Mapping, column: ItemColumn): (source: string) => MappedValue {
  const typed = typedText(column, mapping.dates);
  if (typed === undefined) return (source) => textOrEmpty(source.trim());
  const isBlank = compileBlank(mapping);
  const { reason, isNot, personal } = typed;
  return (source) => {
    const text = isBlank(source) ? null : typed.read(source);
    if (text !== undefined) return { text };
    const said = personal ? `a text of ${source.length} characters` : quotable(source);
    return unfit(column, reason, `${said} ${isNot}`);
  };
}

function textOrEmpty(text: string): MappedValue {
  return isInvisible(text) ? EMPTY : { text };
}

function readAs(text: string | undefined): MappedValue | undefined {
  return text === undefined ? undefined : { text };
}

/** A long text is cut, because its beginning is useful; any other value would be a different one if cut. */
function fitLength(column: ItemColumn, text: string): MappedValue {
  const { type, title } = column;
  const maxLength = column.maxLength ?? (type === 'long_text' ? LONG_TEXT_LENGTH : undefined);
  if (maxLength === undefined || text.length <= maxLength) return { text };
  if (type !== 'long_text') return unfit(column, 'TOO_LONG', `the text is longer than ${maxLength} characters`);
  const message = `${title}: the text is longer than ${maxLength} characters; the board gets its beginning. Shorten it in the source.`;
  return { text: cutText(text, maxLength), warning: { column: title, reason: 'TOO_LONG', message } };
}

/** A text that the column cannot show. */
export function unfit(column: ItemColumn, reason: Problem['reason'], what: string): MappedValue {
  const outcome = column.required === 'reject' ? 'the line is not sent' : 'the board keeps what it has';
  const message = `${column.title}: ${what}, so ${outcome}. Correct ${column.source} in the source.`;
  return { unfit: { column: column.title, reason, message } };
}
