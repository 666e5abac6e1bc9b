import type { Options as FlagOptions } from 'yargs';
import type { z } from 'zod';

/** The parser of a value. Loaded when a command runs, with zod: --help starts faster without it. */
type Forms = typeof import('./flag-values.js').forms;
type FormOf<Value> = (forms: Forms) => z.ZodType<Value> | Promise<z.ZodType<Value>>;

/**
 * A flag of a command, described once: help, parsing, error messages and the type of what the command
 * receives follow from it. `Needed` is true, false, or the name of the flag without which it is required.
 */
export class Flag<
  Value,
  Needed extends boolean | string = false,
  With extends string = never,
  Without extends string = never,
> {
  constructor(
    /** The options passed to yargs. */
    readonly options: FlagOptions,
    readonly form: FormOf<Value>,
    readonly relations: Relations<Needed, With, Without>,
  ) {}

  /** The command is refused without it. */
  required() {
    return new Flag<Value, true, With, Without>({ ...this.options, demandOption: true }, this.form, {
      ...this.relations,
      needed: true,
    });
  }

  /** The default, as it would be written on the command line. */
  default(text: string) {
    return new Flag<Value, true, With, Without>({ ...this.options, default: text }, this.form, {
      ...this.relations,
      needed: true,
    });
  }

  /** Required if the other flag is absent; `message` says so. */
  requiredUnless<const Name extends string>(needed: Name, message: string) {
    return new Flag<Value, Name, With, Without>(this.options, this.form, { ...this.relations, needed, message });
  }

  /** Requires another flag. */
  with<const Name extends string>(name: Name) {
    const others: readonly (With | Name)[] = [...this.relations.with, name];
    return new Flag<Value, Needed, With | Name, Without>(this.options, this.form, { ...this.relations, with: others });
  }

  /** Excludes other flags; `because` ends the sentence. */
  without<const Name extends string>(names: Name | readonly Name[], because = '') {
    const more = [names].flat().map((name) => ({ name: name as Name, because }));
    const others: readonly Excluded<Without | Name>[] = [...this.relations.without, ...more];
    return new Flag<Value, Needed, With, Without | Name>(this.options, this.form, {
      ...this.relations,
      without: others,
    });
  }

  /** An alias. */
  alias(alias: string) {
    return new Flag(this.#and({ alias }), this.form, this.relations);
  }

  /** The same flag with another help text. */
  describe(describe: string) {
    return new Flag(this.#and({ describe }), this.form, this.relations);
  }

  #and(more: FlagOptions): FlagOptions {
    return { ...this.options, ...more };
  }
}

interface Relations<Needed extends boolean | string, With extends string, Without extends string> {
  readonly needed: Needed;
  /** The message if it is missing. */
  readonly message?: string;
  readonly with: readonly With[];
  readonly without: readonly Excluded<Without>[];
}

interface Excluded<Name extends string> {
  readonly name: Name;
  readonly because: string;
}

/** Any flag, for code that does not know its type. */
export interface AnyFlag {
  readonly options: FlagOptions;
  readonly form: FormOf<unknown>;
  readonly relations: Relations<boolean | string, string, string>;
}

/** The flags of a command by their names as written on the command line: `dry-run`. */
export type Flags = Readonly<Record<string, AnyFlag>>;

/** Flags may refer only to existing flags. */
export type Related<Own extends Flags> = {
  readonly [Name in keyof Own]: [
    WithOf<Own[Name]> | WithoutOf<Own[Name]> | Extract<NeededOf<Own[Name]>, string>,
  ] extends [keyof Own]
    ? unknown
    : never;
};

/** Rules about several flags. */
export interface FlagDeclaration {
  readonly flags: Flags;
  /** Flags that switch the command to another mode, at most one of them: it receives a union that they discriminate. */
  readonly modes?: readonly string[];
  /** Flags of which exactly one is needed: again a union. */
  readonly either?: readonly string[];
  /** A further fault of valid values, as a sentence. */
  refuse?(flags: unknown): string | undefined;
}

const NO_RELATIONS = { needed: false, with: [], without: [] } as const;

function valued<Value>(options: FlagOptions, form: FormOf<Value>): Flag<Value> {
  return new Flag(options, form, NO_RELATIONS);
}

export const flag = {
  /** A switch. */
  switch: (describe: string, { on = false, hidden = false } = {}) =>
    new Flag<boolean, true>(
      { type: 'boolean', default: on, describe, ...(hidden ? { hidden } : {}) },
      ({ z }) => z.boolean(),
      { ...NO_RELATIONS, needed: true },
    ),
  /** A text that is not blank, up to `longest` characters. */
  text: (describe: string, { longest }: { longest?: number } = {}) =>
    flag.value(describe, ({ textValue, textUpTo }) => (longest === undefined ? textValue : textUpTo(longest))),
  /** A text with a pattern; `message` describes it. */
  matching: (pattern: RegExp, message: string, describe: string) =>
    flag.value(describe, ({ matching }) => matching(pattern, message)),
  /** An id: complete, its beginning, or `latest`. */
  id: (describe: string) => flag.value(describe, ({ saidId }) => saidId),
  /** A whole number in a range. */
  count: (range: { least: number; greatest: number }, describe: string) =>
    flag.value(describe, ({ wholeNumber }) => wholeNumber(range)),
  /** A number in a range. */
  decimal: (range: { least: number; greatest: number }, describe: string) =>
    flag.value(describe, ({ decimalNumber }) => decimalNumber(range)),
  /** A web address; `example` shows one. */
  address: (example: string, describe: string) => flag.value(describe, ({ webAddress }) => webAddress(example)),
  /** One of some words. */
  one: <const Word extends string>(words: readonly Word[], describe: string) =>
    valued<Word>({ choices: words, describe }, ({ z }) => z.enum(words)),
  /** A value with its own parser. */
  value: <Value>(describe: string, form: FormOf<Value>) => valued<Value>({ type: 'string', describe }, form),
  /** A repeatable text. */
  list: (describe: string) => flag.listOf(describe, ({ textValue }) => textValue),
  /** A repeatable value with its own parser. */
  listOf: <Value>(describe: string, each: FormOf<Value>) =>
    valued({ type: 'string', array: true, nargs: 1, describe }, async (forms) => forms.z.array(await each(forms))),
};

/** Flags that several tasks share. */
export const batchIdFlag = flag.id('The batch: its id, eight or more characters of it, or latest').alias('batch');
export const runIdFlag = flag.id('The run: its id, eight or more characters of it, or latest').alias('run');
/** Canonical name or any spelling of the source; repeatable. A customer's name may hold commas. */
export const customerFlag = flag.list('Only this customer; repeat for several');

// What a command receives, by the names of its flags.

type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;
type FlagValue<F extends AnyFlag> = F['form'] extends FormOf<infer Value> ? Value : never;
type NeededOf<F extends AnyFlag> = F['relations']['needed'];
type WithOf<F extends AnyFlag> = F['relations']['with'][number];
type WithoutOf<F extends AnyFlag> = F['relations']['without'][number]['name'];
type Flat<T> = { [Key in keyof T]: T[Key] };

/** Whether a flag is always present in `Mode` (never: none) of all `Modes`. */
type IsPresent<Needed, Mode, Modes> = [Needed] extends [true]
  ? true
  : [Needed] extends [false]
    ? false
    : [Needed] extends [Exclude<Modes, Mode>]
      ? true
      : false;

/** The names of the flags that may stand in a mode, the modes themselves left out. */
type Visible<All extends Flags, Mode, Modes> = {
  [Name in keyof All & string]: Name extends Modes
    ? never
    : [Exclude<WithOf<All[Name]> & Modes, Mode>, WithoutOf<All[Name]> & Mode] extends [never, never]
      ? Name
      : never;
}[keyof All & string];

type InMode<All extends Flags, Mode, Modes> = Flat<
  {
    [Name in Visible<All, Mode, Modes> as IsPresent<NeededOf<All[Name]>, Mode, Modes> extends true
      ? Camel<Name>
      : never]: FlagValue<All[Name]>;
  } & {
    [Name in Visible<All, Mode, Modes> as IsPresent<NeededOf<All[Name]>, Mode, Modes> extends true
      ? never
      : Camel<Name>]?: FlagValue<All[Name]> | undefined;
  } & { [Name in Mode & keyof All & string as Camel<Name>]: Exclude<FlagValue<All[Name]>, false> } & {
    [Name in Exclude<Modes, Mode> & keyof All & string as FlagValue<All[Name]> extends boolean
      ? Camel<Name>
      : never]: false;
  } & {
    [Name in Exclude<Modes, Mode> & keyof All & string as FlagValue<All[Name]> extends boolean
      ? never
      : Camel<Name>]?: undefined;
  }
>;

type EachMode<All extends Flags, Modes extends string, Mode extends string = Modes> = Mode extends string
  ? InMode<All, Mode, Modes>
  : never;
type NamesIn<List> = List extends readonly (infer Name extends string)[] ? Name : never;

/** What a command with these flags receives. */
export type FlagsOf<Declared extends FlagDeclaration> = [NamesIn<Declared['either']>] extends [never]
  ?
      | InMode<Declared['flags'], never, NamesIn<Declared['modes']>>
      | EachMode<Declared['flags'], NamesIn<Declared['modes']>>
  : EachMode<Declared['flags'], NamesIn<Declared['either']>>;
