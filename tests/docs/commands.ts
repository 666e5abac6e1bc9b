import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const DOCUMENTS = ['README.md', ...readdirSync('docs').map((file) => join('docs', file))].filter((file) =>
  file.endsWith('.md'),
);
export const TASKS: readonly string[] = readdirSync('tasks');
const SCRIPTS = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8'))).scripts;

/** The mappings of their own that the pages speak of. */
export const MAPPINGS = ['own.yaml', 'old.yaml', 'new.yaml'];

/** A program of this repository as a document calls it. */
export interface Call {
  /** `tasks/batch`, or another folder under dist/. */
  program: string;
  words: readonly string[];
  line: string;
}

/** Lines of the shell blocks of a document, comments taken off. */
export function shellLines(file: string): string[] {
  const blocks = [...readFileSync(file, 'utf8').matchAll(/^\s*```sh\n([\s\S]*?)^\s*```/gm)];
  return blocks
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('co()'));
}

/** The shell function `co` as the runbook defines it where only the images are. */
export function imagesCo(): string {
  const [definition] = /^co\(\) .*docker run.*$/m.exec(readFileSync('docs/runbook.md', 'utf8')) ?? [];
  if (definition === undefined) throw new Error('The runbook has no co() that runs the images.');
  return definition;
}

/** Commands in running text: spans that begin with a task or with npm. */
export function inlineCommands(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/^\s*```[\s\S]*?^\s*```/gm, '');
  return [...text.matchAll(/`([^`\n]+)`/g)]
    .map(([, span = '']) => span)
    .filter((span) => /^npm run /.test(span) || (TASKS.includes(firstWord(span)) && / -|^\w+ \w+$/.test(span)));
}

function firstWord(text: string): string {
  return text.split(' ')[0] ?? '';
}

/** The words of a command, quotes taken off, what is behind a redirection or a pipe left out. */
function wordsOf(command: string): string[] {
  const [own = ''] = command.split(/\s+[>|]/);
  return [...own.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

/** What a command calls of ours; undefined where it calls nothing of ours. */
export function callOf(command: string): Call | undefined {
  const line = command.replace(/^(\w+=\S+\s+)+/, '');
  const [first = '', ...rest] = wordsOf(line);
  const make = (program: string, words: readonly string[]): Call => ({ program, words, line });
  if (first === 'co') return make(`tasks/${rest[0] ?? ''}`, rest.slice(1));
  if (TASKS.includes(first)) return make(`tasks/${first}`, rest);
  if (first === 'node' && rest[0]?.startsWith('dist/'))
    return make(rest[0].slice('dist/'.length).replace(/\/index\.js$/, ''), rest.slice(1));
  const image = rest.findIndex((word) => word.startsWith('customer-orders/'));
  if (first === 'docker' && rest[0] === 'run' && image >= 0)
    return make(`tasks/${/\/(.*?):/.exec(rest[image] ?? '')?.[1] ?? ''}`, rest.slice(image + 1));
  return undefined;
}

/** What is wrong with an npm command: no such script, or a script that runs one of our programs with a wrong flag. */
export function npmProblem(command: string): string | undefined {
  const [, script, , rest = ''] = /^npm run (\S+)( -- (.*))?$/.exec(command.split(/\s+[>|&]/)[0]?.trim() ?? '') ?? [];
  if (script === undefined) return undefined;
  const definition = SCRIPTS[script];
  if (definition === undefined) return `${command}: package.json has no script ${script}`;
  const [, program, words = ''] =
    /node (?:dist|scripts\/run\.js)[ /]((?:tasks|local)\/\w+)\/index\.[jt]s(.*)$/.exec(definition) ?? [];
  return program === undefined ? undefined : callProblem(callOf(`node dist/${program}/index.js${words} ${rest}`));
}

const helps = new Map<string, string>();

function help(program: string, command: string): string {
  const args = [`dist/${program}/index.js`, ...(command === '' ? [] : command.split(' ')), '--help'];
  const known = helps.get(args.join(' '));
  if (known !== undefined) return known;
  const text = execFileSync(process.execPath, args, { encoding: 'utf8' });
  helps.set(args.join(' '), text);
  return text;
}

/** What is wrong with a call: no such program, sub-command or flag; undefined when the program's own help knows it all. */
export function callProblem(call: Call | undefined): string | undefined {
  if (call === undefined) return undefined;
  const { program, words, line } = call;
  if (!existsSync(`dist/${program}/index.js`)) return `${line}: there is no ${program}`;
  const [first = ''] = words;
  const command = first === '' || first.startsWith('-') ? '' : first;
  const name = program.split('/').at(-1) ?? '';
  if (command !== '' && !new RegExp(`^  ${name} ${command}\\b`, 'm').test(help(program, '')))
    return `${line}: ${name} has no command ${command}`;
  // A command of a group has its flags in a help of its own.
  const [, second = ''] = words;
  if (command !== '' && /^\w+$/.test(second) && help(program, command).includes(`\n  ${name} ${command} ${second} `))
    return flagProblem(call, `${command} ${second}`);
  return flagProblem(call, command);
}

function flagProblem({ program, words, line }: Call, command: string): string | undefined {
  const name = program.split('/').at(-1) ?? '';
  const flags = words.filter((word) => /^--\w/.test(word)).map((word) => word.split('=')[0] ?? '');
  const [options = ''] = help(program, command).split('\nExamples:');
  const unknown = flags.filter((flag) => !new RegExp(`^ +(?:--[\\w-]+, )*${flag}[ ,]`, 'm').test(options));
  return unknown.length > 0 ? `${line}: ${name} ${command} knows no ${unknown.join(', ')}` : undefined;
}
