import { z } from 'zod';
import { decimalNumber, wholeNumber } from '../ground/parsing.js';
import type { AnyFlag, FlagDeclaration, FlagsOf } from './flags.js';
import { camel, kebab, UsageError } from './parse-flags.js';

/** A text that is not blank, trimmed. */
const textValue = z.string().trim().min(1, 'must not be empty');

/**
 * An id on the command line: complete, its first eight characters or more, with or without dashes, or `latest`. Which one is
 * meant is looked up in the tables (`store/said-ids.ts`).
 */
const saidId = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?:latest|(?:-?[0-9a-f]){8,32}-?)$/, 'must be an id, its first eight characters or more, or latest')
  .transform((text) => (text === 'latest' ? text : dashed(text)));

/** Inserts the dashes of a UUID. */
function dashed(text: string): string {
  const digits = text.replaceAll('-', '');
  const parts = [digits.slice(0, 8), ...[8, 12, 16].map((at) => digits.slice(at, at + 4)), digits.slice(20)];
  return parts.filter((part) => part !== '').join('-');
}

/** The parsers of flags (`flags.ts`). */
export const forms = {
  z,
  wholeNumber,
  decimalNumber,
  saidId,
  textValue,
  textUpTo: (longest: number) => textValue.max(longest, `must have at most ${longest} characters`),
  matching: (pattern: RegExp, message: string) => z.string().trim().regex(pattern, message),
  webAddress: (example: string) => z.url({ protocol: /^https?$/, error: `must be an address such as ${example}` }),
};

/**
 * Parses the flags of a command: each value by its parser, and the rules between flags. `given`
 * has them by their names in camel case; an absent one has its default.
 * @throws UsageError with all faults, one per line.
 */
export async function readFlags<Declared extends FlagDeclaration>(
  { flags, modes = [], either = [], refuse }: Declared,
  given: object,
): Promise<FlagsOf<Declared>> {
  const texts = new Map<string, unknown>(Object.entries(given));
  const isGiven = (name: string): boolean => (texts.get(camel(name)) ?? false) !== false;
  const chosen = modes.filter(isGiven).map(asWritten);
  const values: Record<string, unknown> = {};
  const faults = chosen.length > 1 ? [`${chosen.join(' and ')} cannot be asked for at once`] : [];
  for (const [name, each] of Object.entries(flags)) {
    const wrong = isGiven(name) ? misplaced(each, isGiven) : [];
    const read = wrong.length > 0 ? { wrong } : await readFlag(each, texts.get(camel(name)), isGiven);
    if ('value' in read) values[camel(name)] = read.value;
    else faults.push(...read.wrong.map((message) => `${asWritten(name)}: ${message}`));
  }
  if (either.length > 0 && either.filter(isGiven).length !== 1)
    faults.push(`Give either ${either.map(asWritten).join(' or ')}.`);
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  // The type says of a declaration what is done with it here.
  const result = values as FlagsOf<Declared>;
  const refused = refuse?.(result);
  if (refused !== undefined) throw new UsageError(refused);
  return result;
}

const asWritten = (name: string): string => `--${kebab(name)}`;

/** Why a flag cannot be combined with the others. */
function misplaced({ relations }: AnyFlag, isGiven: (name: string) => boolean): string[] {
  const owner = relations.with.find((name) => !isGiven(name));
  if (owner !== undefined) return [`belongs to ${asWritten(owner)}`];
  return relations.without
    .filter(({ name }) => isGiven(name))
    .map(({ name, because }) => `does not go with ${asWritten(name)}${because}`);
}

async function readFlag(
  { options, form, relations: { needed, message = 'is missing' } }: AnyFlag,
  given: unknown,
  isGiven: (name: string) => boolean,
): Promise<{ value: unknown } | { wrong: string[] }> {
  const text = given ?? options.default;
  if (text === undefined) {
    const missing = typeof needed === 'string' ? !isGiven(needed) : needed;
    return { wrong: missing ? [message] : [] };
  }
  const read = (await form(forms)).safeParse(text);
  return read.success ? { value: read.data } : { wrong: read.error.issues.map((issue) => issue.message) };
}
