import { parse } from 'yaml';
import { SECRET_SETTINGS, SETTINGS } from '../../shared/runtime/settings.js';
import { flowSchema } from './flow.js';

/** What a flow decides by itself: whether it looks at the counts of refused lines. */
const OF_THE_FLOW: ReadonlySet<string> = new Set(['ROW_ERRORS_EXIT']);

/** What the check looks at. */
export interface SettingSources {
  flows: readonly { file: string; text: string }[];
  settings?: readonly string[];
  secrets?: readonly string[];
}

/** Every setting can be given to every flow; the block is one and the same. docs/settings.md tells what each is for. */
export function settingProblems({
  flows,
  settings = Object.keys(SETTINGS),
  secrets = SECRET_SETTINGS,
}: SettingSources): string[] {
  const plain = plainSettings(settings, secrets);
  const blocks = flows.map(({ file, text }) => ({ file, block: blockOf(text) }));
  const [first] = blocks;
  const texts = flows.map(({ text }) => text).join('\n');
  return [
    ...blocks
      .filter(({ block }) => block !== first?.block)
      .map(({ file }) => `${file}: variables.settings is not that of ${first?.file ?? 'the first flow'}`),
    ...blocks.flatMap(({ file, block }) => {
      const given = [...block.matchAll(/"([A-Z_]+)":/g)].map(([, name = '']) => name);
      return [
        ...plain
          .filter((name) => !given.includes(name))
          .map((name) => `${file}: ${name} cannot be set; "npm run flows:settings" adds it`),
        ...given
          .filter((name) => !plain.includes(name))
          .map(
            (name) =>
              `${file}: variables.settings gives ${name}, which is ${secrets.includes(name) ? 'a secret' : 'not a setting'}`,
          ),
      ];
    }),
    ...secrets
      .filter((name) => !texts.includes(`secret('${name}')`))
      .map((name) => `no flow gives the secret ${name} to a task`),
  ];
}

function plainSettings(settings: readonly string[], secrets: readonly string[]): string[] {
  return settings.filter((name) => !secrets.includes(name) && !OF_THE_FLOW.has(name));
}

/** The text of a flow with the settings that its block lacks, each behind the one before it in the list. */
export function withSettings(
  text: string,
  settings: readonly string[] = Object.keys(SETTINGS),
  secrets: readonly string[] = SECRET_SETTINGS,
): string {
  let before: string | undefined;
  return plainSettings(settings, secrets).reduce((flow, name) => {
    const lines = flow.split('\n');
    const at = lines.findIndex((line) => before !== undefined && line.trimStart().startsWith(`"${before}": `));
    const present = lines.some((line) => line.trimStart().startsWith(`"${name}": `));
    before = name;
    if (present || at < 0) return flow;
    const indent = ' '.repeat((lines[at] ?? '').search(/\S/));
    const own = `${indent}"${name}": envs.${name.toLowerCase()} ?? "",`;
    const behind = lines[at] ?? '';
    // The last entry of the block has no comma of its own.
    const ends = !behind.endsWith(',');
    lines.splice(at, 1, ends ? `${behind},` : behind, ends ? own.slice(0, -1) : own);
    return lines.join('\n');
  }, text);
}

function blockOf(text: string): string {
  const { variables } = flowSchema.parse(parse(text));
  return typeof variables['settings'] === 'string' ? variables['settings'] : '';
}
