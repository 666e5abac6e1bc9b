import { parse } from 'yaml';
import { SECRET_SETTINGS, SETTINGS } from '../../shared/runtime/settings.js';
import { flowSchema } from './flow.js';

/** What a flow decides by itself: whether it looks at the counts of refused lines. */
const OF_THE_FLOW: ReadonlySet<string> = new Set(['ROW_ERRORS_EXIT']);
/** Told by a variable of the flow, which its time-outs reckon with. */
const BY_VARIABLE: ReadonlySet<string> = new Set(['LOCK_WAIT']);

/** What the check looks at. */
export interface SettingSources {
  flows: readonly { file: string; text: string }[];
  /** Names as docs/kestra.md has them, in lower case. */
  envs: ReadonlySet<string>;
  settings?: readonly string[];
  secrets?: readonly string[];
}

/** Every setting can be given to every flow, and stands in the operators' document; the block is one and the same. */
export function settingProblems({
  flows,
  envs,
  settings = Object.keys(SETTINGS),
  secrets = SECRET_SETTINGS,
}: SettingSources): string[] {
  const plain = settings.filter((name) => !secrets.includes(name) && !OF_THE_FLOW.has(name));
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
          .map((name) => `${file}: ${name} cannot be set; add it to variables.settings`),
        ...given
          .filter((name) => !plain.includes(name))
          .map(
            (name) =>
              `${file}: variables.settings gives ${name}, which is ${secrets.includes(name) ? 'a secret' : 'no setting'}`,
          ),
      ];
    }),
    ...plain
      .filter((name) => !BY_VARIABLE.has(name) && !envs.has(name.toLowerCase()))
      .map((name) => `docs/kestra.md: ENV_${name} is not documented`),
    ...secrets
      .filter((name) => !texts.includes(`secret('${name}')`))
      .map((name) => `no flow gives the secret ${name} to a task`),
  ];
}

function blockOf(text: string): string {
  const { variables } = flowSchema.parse(parse(text));
  return typeof variables['settings'] === 'string' ? variables['settings'] : '';
}
