import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { Task } from '../../scripts/flows-lint/flow.js';
import { everyTask } from '../../scripts/flows-lint/rules.js';
import { readFlows } from '../../scripts/flows-lint/surroundings.js';
import { PROBLEM_REASONS } from '../../shared/mapper/map-line.js';
import { KNOWN_FAILURES, knownFailure, type Reaction } from '../../shared/monday/failure-codes.js';
import { REASONS } from '../../shared/store/states.js';
import { CHECKS } from '../../tasks/batch/watch/finding.js';
import { FINDING_KINDS } from '../../tasks/push/audit/findings.js';
import { TASKS } from './commands.js';

const runbook = readFileSync('docs/runbook.md', 'utf8').replace(/^```[\s\S]*?^```/gm, '');

/** Words that stand in code marks, by section. */
function marked(heading: string): Set<string> {
  const section = runbook.split(/^## /m).find((each) => each.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`The runbook has no section "${heading}".`);
  return new Set([...section.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));
}

/** How the cell of a code begins, by what push does about it. */
const DOES: Readonly<Record<Reaction, RegExp>> = {
  retry: /^waits/,
  park: /^the line fails/,
  stop: /^ends /,
  unknown: /^looks it up/,
};

/** The rows of the table of codes. */
function codeRows(): { codes: string[]; push: string }[] {
  const section = runbook.split(/^## /m).find((each) => each.startsWith('Codes of the board\n')) ?? '';
  return [...section.matchAll(/^\| (`.*?) \| (.*?) \|/gm)].map(([, codes = '', push = '']) => ({
    codes: [...codes.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
    push,
  }));
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

/** Words in capitals that the code gives as a reason or a code, wherever that is: no list has to be kept. */
function reasonsInCode(): string[] {
  const lines = [...sources('tasks'), ...sources('shared')].flatMap((text) => text.split('\n'));
  const told = lines.flatMap((line) =>
    [...line.matchAll(/\b(?:reason|code): ([^,;]*)/g)].map(([, given = '']) => given),
  );
  return [
    ...new Set(told.flatMap((given) => [...given.matchAll(/'([A-Z][A-Z_]{3,})'/g)].map(([, word = '']) => word))),
  ];
}

describe('the runbook has an entry for', () => {
  it.each(PROBLEM_REASONS)('the reason %s', (reason) => {
    expect(marked('Reasons in ERR')).toContain(reason);
  });

  it.each(KNOWN_FAILURES.flatMap(({ names, reaction, advice }) => names.map((name) => [name, reaction, advice])))(
    'the code %s, and says what push does: %s',
    (name, reaction, advice) => {
      const rows = codeRows().filter(({ codes }) => codes.includes(String(name)));
      expect(rows).toHaveLength(1);
      const does = advice === 'smaller body' ? /^sends smaller requests/ : DOES[reaction as Reaction];
      expect(rows[0]?.push).toMatch(does);
    },
  );

  it('no board code that push does not know', () => {
    const names = KNOWN_FAILURES.flatMap((known) => known.names);
    const told = codeRows().filter(({ push }) => Object.values(DOES).some((does) => does.test(push)));
    expect(told.flatMap(({ codes }) => codes).filter((code) => !names.includes(code))).toEqual([]);
    for (const name of names) expect(knownFailure(name, '', 200).names).toContain(name);
  });

  it('every other reason in the source code', () => {
    const found = reasonsInCode();
    // If the code were written in another way, this check must not pass by finding nothing.
    expect(found).toEqual(
      expect.arrayContaining(['UUID_MISSING', 'UUID_REPEATED', 'LABEL', 'NO_ITEM', 'NOT_SENT', 'RESTORED']),
    );
    // doctor's findings, the codes of errors and what SQL Server says have pages of their own.
    const pages = [
      runbook,
      ...['docs/doctor.md', 'docs/errors.md', 'docs/sql-server.md']
        .filter((file) => existsSync(file))
        .map((file) => readFileSync(file, 'utf8')),
    ];
    const all = new Set(pages.flatMap((page) => [...page.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word)));
    expect(found.filter((reason) => !all.has(reason))).toEqual([]);
  });

  it('the exit codes of every task', () => {
    const rows = [...marked('Exit codes')];
    expect(TASKS.filter((task) => !rows.includes(task))).toEqual([]);
  });

  it.each(readFlows().map(({ file, text }) => [file, text] as const))('every box of %s', (_, text) => {
    const flow = parse(text) as { tasks: Task[]; afterExecution?: Task[] };
    const boxes = everyTask([...flow.tasks, ...(flow.afterExecution ?? [])]).map(({ id }) => id);
    const known = marked('Red and yellow boxes');
    expect(boxes.filter((box) => !known.has(box))).toEqual([]);
  });

  it('every finding of the audit and of watch, and every reason of a change', () => {
    expect([...FINDING_KINDS].filter((kind) => !marked('The board shows something else').has(kind))).toEqual([]);
    expect(CHECKS.filter((name) => !marked('What watch reports').has(name))).toEqual([]);
    expect(REASONS.filter((reason) => !runbook.includes(`\`${reason}\``))).toEqual([]);
  });
});

describe('the documents', () => {
  it.each(['README.md', ...readdirSync('docs').map((file) => `docs/${file}`)].filter((file) => file.endsWith('.md')))(
    '%s links only to existing files',
    (file) => {
      const folder = file.startsWith('docs/') ? 'docs' : '.';
      const links = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
      expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
    },
  );
});
