import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

let tree: string;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'fences-'));
  for (const folder of ['tasks', 'shared', 'local', 'scripts', 'tests']) mkdirSync(join(tree, folder));
  for (const name of ['node_modules', 'tsconfig.json', 'package.json']) symlinkSync(resolve(name), join(tree, name));
});
afterEach(() => rmSync(tree, { recursive: true }));

/** A file of the tree that imports others of it. */
function write(file: string, ...imported: string[]): void {
  const path = join(tree, file);
  mkdirSync(dirname(path), { recursive: true });
  const lines = imported.map((other, index) => {
    const from = relative(dirname(file), other).replace(/\.ts$/, '.js');
    return `import { x as x${index} } from '${from.startsWith('.') ? from : `./${from}`}';\nexport const y${index} = x${index};`;
  });
  writeFileSync(path, `${lines.join('\n')}\nexport const x = 1;\n`);
}

function run(...command: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: tree, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

const cruise = () =>
  run(
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    ...['tasks', 'shared', 'local', 'scripts', '--output-type', 'err'],
    ...['--config', resolve('.dependency-cruiser.cjs')],
  );

describe('a forbidden import in the deepest folder', () => {
  it.each([
    ['task-alone', 'tasks/push/a/b/c/deep.ts', 'tasks/batch/x/y/run.ts'],
    ['tasks-below-tests', 'tasks/push/a/b/c/deep.ts', 'local/board/a/server.ts'],
    ['local-calls-tasks', 'local/demo/a/b/deep.ts', 'tasks/push/run.ts'],
    ['shared-below-all', 'shared/ground/a/b/deep.ts', 'tasks/push/run.ts'],
    ['floor-store', 'shared/store/a/b/deep.ts', 'shared/runtime/settings.ts'],
    ['floor-monday', 'shared/monday/a/b/deep.ts', 'shared/mapper/values.ts'],
    ['floor-mapping', 'shared/mapping/a/b/deep.ts', 'shared/lines/layout.ts'],
    ['floor-ground', 'shared/ground/a/b/deep.ts', 'shared/warehouse/port/warehouse.ts'],
    ['driver-alone', 'shared/warehouse/mssql/a/b/deep.ts', 'shared/warehouse/postgres/transaction.ts'],
    ['room-detect-read', 'tasks/detect/read/a/deep.ts', 'tasks/detect/compare/verdict.ts'],
    ['room-detect-compare', 'tasks/detect/compare/a/deep.ts', 'tasks/detect/record/record.ts'],
    ['room-detect-ask', 'tasks/detect/ask/a/deep.ts', 'tasks/detect/run.ts'],
    ['room-push-model', 'tasks/push/model/a/deep.ts', 'tasks/push/write/settle.ts'],
    ['room-push-write', 'tasks/push/write/a/deep.ts', 'tasks/push/send/sender.ts'],
    ['room-push-send', 'tasks/push/send/a/deep.ts', 'tasks/push/lines/look-up.ts'],
    ['room-push-lines', 'tasks/push/lines/a/deep.ts', 'tasks/push/plan/forecast.ts'],
    ['room-push-plan', 'tasks/push/plan/a/deep.ts', 'tasks/push/audit/suspects.ts'],
    ['room-push-audit', 'tasks/push/audit/a/deep.ts', 'tasks/push/run.ts'],
    ['room-archive-file', 'tasks/archive/file/a/deep.ts', 'tasks/archive/restore/plan.ts'],
    ['room-archive-restore', 'tasks/archive/restore/a/deep.ts', 'tasks/archive/prune/tables.ts'],
    ['room-archive-prune', 'tasks/archive/prune/a/deep.ts', 'tasks/archive/run.ts'],
    ['sql-in-the-store', 'tasks/push/a/b/c/deep.ts', 'shared/warehouse/port/statements.ts'],
    ['no-loose-file', 'tasks/push/a/b/c/deep.ts', 'shared/loose.ts'],
  ])('breaks the rule %s: %s imports %s', (rule, from, to) => {
    write(to);
    write(from, to);
    const { status, said } = cruise();
    expect(said).toContain(`error ${rule}: ${from} → ${to}`);
    expect(status).not.toBe(0);
  });

  it('is not an import from a lower floor, from the same task, or from shared', () => {
    for (const file of ['shared/ground/ids.ts', 'shared/warehouse/port/warehouse.ts', 'tasks/push/a/other.ts'])
      write(file);
    write('shared/store/a/b/deep.ts', 'shared/ground/ids.ts', 'shared/warehouse/port/warehouse.ts');
    write('tasks/push/a/b/c/deep.ts', 'tasks/push/a/other.ts', 'shared/store/a/b/deep.ts');
    expect(cruise()).toMatchObject({ status: 0 });
  });
});

describe('a circular import', () => {
  const circles = () => run(resolve('scripts/circles.js'));

  it('is found across any number of files', () => {
    write('tasks/push/a.ts', 'tasks/push/deep/b.ts');
    write('tasks/push/deep/b.ts', 'tasks/push/deep/c.ts');
    write('tasks/push/deep/c.ts', 'tasks/push/a.ts');
    const { status, said } = circles();
    expect(said).toContain('tasks/push/a.ts -> tasks/push/deep/b.ts -> tasks/push/deep/c.ts');
    expect(status).toBe(1);
  });

  it('of types only is allowed', () => {
    writeFileSync(join(tree, 'shared/a.ts'), "import type { B } from './b.js';\nexport type A = B;\n");
    writeFileSync(join(tree, 'shared/b.ts'), "import type { A } from './a.js';\nexport type B = A | 1;\n");
    expect(circles()).toEqual({ status: 0, said: '' });
  });
});

describe('a type name that another file also declares', () => {
  const typeNames = () => run(resolve('scripts/type-names.js'));

  it('is found, exported or not, in any folder', () => {
    writeFileSync(join(tree, 'shared/a.ts'), 'interface Told { a: 1 }\nexport const a: Told = { a: 1 };\n');
    writeFileSync(join(tree, 'local/b.ts'), 'export class Told {}\n');
    expect(typeNames()).toEqual({
      status: 1,
      said: 'The type Told is declared in several files: local/b.ts, shared/a.ts\n',
    });
  });

  it('is allowed if one of the two is inside a function, or both are in one file', () => {
    writeFileSync(join(tree, 'shared/a.ts'), 'export interface Told { a: 1 }\nexport interface Told { b: 1 }\n');
    writeFileSync(
      join(tree, 'local/b.ts'),
      'export function f() { type Told = 1; const one: Told = 1; return one; }\n',
    );
    expect(typeNames()).toEqual({ status: 0, said: '' });
  });
});
