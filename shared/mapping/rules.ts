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

/** The scope of a mapping that states none. */
export const ALL_CUSTOMERS: Rule = { kind: 'customer', mapped: true };

/** A run carries lines of known customers alone, so that every scope asks for one: an unknown name is then told. */
export function ofKnownCustomers(scope: Rule): Rule {
  const asks = (rule: Rule): boolean =>
    (rule.kind === 'customer' && rule.mapped) || (rule.kind === 'all' && rule.rules.some(asks));
  return asks(scope) ? scope : { kind: 'all', rules: [ALL_CUSTOMERS, scope] };
}

/** The cancelled lines of a mapping that states none. */
export const NO_LINE: Rule = { kind: 'any', rules: [] };

/** The source columns that a rule reads; the customer column is the caller's to add. */
export function columnsOfRule(rule: Rule): string[] {
  return columnRules(rule).map(({ column }) => column);
}

/** The tests of columns that a rule is made of, each with its path from that of the rule. */
export function columnRules(rule: Rule, path: readonly PropertyKey[] = []): (ColumnRule & { path: typeof path })[] {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return rule.rules.flatMap((each, index) => columnRules(each, [...path, rule.kind, index]));
    case 'not':
      return columnRules(rule.rule, [...path, 'not']);
    case 'customer':
      return [];
    case 'column':
      return [{ ...rule, path }];
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

/** Of what two long texts share, so much stands before their first difference. */
const SHARED_LENGTH = 20;

/** Two texts that differ, each of at most `most` UTF-16 units: long ones from shortly before their first difference on. */
export function cutAlike(before: string, after: string, most: number): [string, string] {
  let first = 0;
  while (first < before.length && before[first] === after[first]) first += 1;
  const longest = Math.max(before.length, after.length);
  let from = longest <= most || first + SHARED_LENGTH < most ? 0 : Math.max(0, first - SHARED_LENGTH);
  if (from > 0 && isHighSurrogate(before.charCodeAt(from - 1))) from -= 1;
  const cut = (text: string): string => (from === 0 ? cutText(text, most) : `…${cutText(text.slice(from), most - 1)}`);
  return [cut(before), cut(after)];
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
