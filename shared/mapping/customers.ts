import { FixFirstError } from '../ground/errors.js';
import { nearest } from '../ground/text.js';
import { fold } from './fold.js';
import type { Mapping } from './mapping.js';
import { cutText } from './rules.js';
import { compileBlank } from './texts.js';

/** The customer of a line: its canonical name, or for one the mapping does not know the source's own name. */
export interface Customer {
  readonly name: string;
  readonly mapped: boolean;
}

/** The name under which lines without a customer are counted. */
const NOBODY: Customer = { name: 'UNKNOWN', mapped: false };

/** What a table has room for. */
const LONGEST_NAME = 255;

interface Register {
  /** By folded spelling; names that the mapping lacks join it as they are met, under the spelling met first. */
  known: Map<string, Customer>;
  seen: Map<string, Customer>;
  isBlank: (text: string | null) => boolean;
}

// A resolver runs once a line; the names seen are few, so each is worked out once a mapping.
const registers = new WeakMap<Mapping, Register>();

/** Finds the customer by one of its spellings, folded; never by a part of it. */
export function resolveCustomer(mapping: Mapping, sourceName: string | null): Customer {
  if (sourceName === null) return NOBODY;
  const register = registerOf(mapping);
  const seen = register.seen.get(sourceName);
  if (seen !== undefined) return seen;
  const customer =
    register.known.get(fold(sourceName)) ??
    (mapping.everyCustomer ? oneOfAll(register, sourceName) : unmapped(register, sourceName));
  register.seen.set(sourceName, customer);
  return customer;
}

/**
 * The canonical names that flags ask for, each by its canonical name or any spelling, in the order given and once each.
 * A name that neither the mapping knows nor `others` have is an error: it would otherwise be a run that silently does nothing.
 */
export function customersOf(
  mapping: Mapping,
  flags: string | readonly string[],
  others: readonly string[] = [],
): string[] {
  const asked = typeof flags === 'string' ? [flags] : flags;
  return [...new Set(asked.map((flag) => knownCustomer(mapping, flag, others)))];
}

function knownCustomer(mapping: Mapping, flag: string, others: readonly string[]): string {
  const customer = mapping.everyCustomer ? resolveCustomer(mapping, flag) : registerOf(mapping).known.get(fold(flag));
  if (customer?.mapped) return customer.name;
  const other = others.find((name) => fold(name) === fold(flag));
  if (other !== undefined) return other;
  const similar = mapping.customers
    .filter(({ name, spellings }) => [name, ...spellings].some((spelling) => looksLike(spelling, flag)))
    .map(({ name }) => name);
  if (similar.length === 0) {
    const near = nearest(flag, registerOf(mapping).known.keys());
    const meant = near === undefined ? undefined : registerOf(mapping).known.get(near);
    if (meant?.mapped) similar.push(meant.name);
  }
  const hint =
    similar.length > 0 ? `Did you mean ${similar.join(' or ')}?` : 'detect --list-customers shows those it knows.';
  throw new FixFirstError('CUSTOMER_UNKNOWN', `The mapping knows no customer "${flag}". ${hint}`);
}

function looksLike(spelling: string, flag: string): boolean {
  const [known, asked] = [spelling, flag].map(fold).map((text) => text.replace(/[^A-Z0-9]/g, ''));
  if (!known || !asked) return false;
  return known.includes(asked) || (known.length > 3 && asked.includes(known));
}

/** Under its folded form, which is the same whichever of its spellings comes first. One that is cut could be two. */
function oneOfAll(register: Register, sourceName: string): Customer {
  const name = fold(sourceName);
  if (register.isBlank(sourceName) || name.length > LONGEST_NAME) return unmapped(register, sourceName);
  const customer = { name, mapped: true };
  register.known.set(name, customer);
  return customer;
}

function unmapped(register: Register, sourceName: string): Customer {
  if (register.isBlank(sourceName)) return NOBODY;
  const customer = { name: cutText(sourceName.trim(), LONGEST_NAME), mapped: false };
  register.known.set(fold(sourceName), customer);
  return customer;
}

function registerOf(mapping: Mapping): Register {
  const made = registers.get(mapping);
  if (made !== undefined) return made;
  const known = new Map<string, Customer>();
  for (const { name, spellings } of mapping.customers) {
    const customer: Customer = { name, mapped: true };
    for (const spelling of [name, ...spellings]) known.set(fold(spelling), customer);
  }
  const register = { known, seen: new Map<string, Customer>(), isBlank: compileBlank(mapping) };
  registers.set(mapping, register);
  return register;
}
