import { parseTemplate, withoutStrings } from './expressions.js';
import { type Flow, type Surroundings, type Task, textsOf } from './flow.js';

/** Checks that whatever an expression names is there, and is there by then. */
export function referenceProblems(flow: Flow, around: Surroundings): string[] {
  const names = { inputs: idsOf(flow.inputs), vars: new Set(Object.keys(flow.variables)) };
  const problems: string[] = [];

  const check = (where: string, value: unknown, tasks: ReadonlySet<string>): void => {
    for (const { path, text } of textsOf(value)) {
      const at = `${where}${path === '' ? '' : `.${path}`}`;
      const template = parseTemplate(text);
      problems.push(...template.problems.map((problem) => `${at}: ${problem}`));
      for (const { code } of template.expressions) {
        const missing = [
          ...unknownNames(code, 'outputs', tasks).map((name) => `outputs.${name}: no task ${name} has run by then`),
          ...unknownNames(code, 'inputs', names.inputs).map((name) => `inputs.${name} is not an input of the flow`),
          ...unknownNames(code, 'vars', names.vars).map((name) => `vars.${name} is not a variable of the flow`),
          ...unknownNames(code, 'envs', around.envs).map((name) => `ENV_${name.toUpperCase()} is not documented`),
          ...unknownSecrets(code, around.secrets).map((name) => `secret ${name} is not documented`),
        ];
        problems.push(...missing.map((problem) => `${at}: ${problem}`));
      }
    }
  };

  const walk = (tasks: readonly Task[], before: ReadonlySet<string>): Set<string> => {
    const done = new Set(before);
    for (const task of tasks) {
      const { tasks: inner, outputs, ...own } = task;
      check(task.id, own, done);
      // Inside a Loop its own steps can be read, and by its outputs all of them.
      const within = walk(inner ?? [], done);
      check(task.id, outputs, within);
      done.add(task.id);
    }
    return done;
  };

  const all = walk(flow.tasks, new Set());
  walk(flow.afterExecution, all);
  check('outputs', flow.outputs, all);
  check('variables', flow.variables, new Set());
  check('checks', flow.checks, new Set());
  check('inputs', flow.inputs, new Set());
  check('triggers', flow.triggers, new Set());
  return problems;
}

function idsOf(list: readonly { id: string }[]): Set<string> {
  return new Set(list.map(({ id }) => id));
}

function unknownNames(code: string, root: string, known: ReadonlySet<string>): string[] {
  const matches = withoutStrings(code).matchAll(new RegExp(`(?<![.\\w])${root}\\.(\\w+)`, 'g'));
  return [...matches].map(([, name = '']) => name).filter((name) => !known.has(name));
}

function unknownSecrets(code: string, known: ReadonlySet<string>): string[] {
  const matches = code.matchAll(/\bsecret\(\s*['"]([^'"]+)['"]/g);
  return [...matches].map(([, name = '']) => name).filter((name) => !known.has(name));
}
