import type { FlagDeclaration, Flags, FlagsOf, Related } from './flags.js';
import type { SettingName } from './settings.js';

/** A command of an executable, as far as its flags and its help go. */
export interface FlagCommand extends FlagDeclaration {
  /** Empty for the default command; two words for a command of a group. */
  readonly name: string;
  /** Flags that stand behind the name without their own, all of them required. */
  readonly positionals?: readonly string[];
  readonly describe: string;
  readonly examples: readonly (readonly [command: string, explanation: string])[];
  /** Every setting that it reads, by name unless it reads all of them: help does not load their formats. */
  readonly helpSettings?: readonly string[] | 'all';
}

/** A command as `defineCommand` returns it. */
export interface CommandDefinition<Name extends SettingName, Optional extends SettingName> extends FlagCommand {
  /** The settings that it reads: only these are in its help and its context. */
  readonly settings: readonly Name[];
  /** Optional settings. */
  readonly optional: readonly Optional[];
  /** Many rows pass through it and few stay: its heap is kept small once the warehouse is open. */
  readonly streamsRows?: boolean;
}

interface Description<
  Own extends Flags,
  Modes extends string,
  Either extends string,
  Name extends SettingName,
  Optional extends SettingName,
> extends Partial<CommandDefinition<Name, Optional>> {
  readonly describe: string;
  readonly examples: FlagCommand['examples'];
  readonly flags: Own & Related<Own>;
  readonly modes?: readonly Modes[];
  readonly either?: readonly Either[];
  refuse?(flags: FlagsOf<{ flags: Own; modes: readonly Modes[]; either: readonly Either[] }>): string | undefined;
}

/**
 * Describes a command once: help, parsing and the types of what it receives (`FlagsOf`, `ContextOf`) follow. What it does
 * is said apart, by `command` of a task or `localCommand`, so that the work can take its types from here.
 */
export function defineCommand<
  const Own extends Flags,
  const Modes extends keyof Own & string = never,
  const Either extends keyof Own & string = never,
  const Name extends SettingName = never,
  const Optional extends SettingName = never,
>(described: Description<Own, Modes, Either, Name, Optional>) {
  const { flags, modes = [], either = [], settings = [], optional = [] } = described;
  const own: Own = flags;
  return { name: '', ...described, flags: own, modes, either, settings, optional };
}
