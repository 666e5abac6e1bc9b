import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseSync } from '@swc/core';

/** The names of the types, interfaces, classes and enums that a file declares outside of functions. */
function declaredTypes(code: string): string[] {
  const { body } = parseSync(code, { syntax: 'typescript', target: 'es2022' });
  return body
    .map((statement) => (statement.type === 'ExportDeclaration' ? statement.declaration : statement))
    .flatMap((declared) => {
      if (declared.type === 'ClassDeclaration') return [declared.identifier.value];
      const { type } = declared;
      const named = type === 'TsInterfaceDeclaration' || type === 'TsTypeAliasDeclaration';
      return named || type === 'TsEnumDeclaration' ? [declared.id.value] : [];
    });
}

const filesByName = new Map<string, Set<string>>();
for (const folder of ['tasks', 'shared', 'local']) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const file = join(folder, name);
    for (const type of declaredTypes(readFileSync(file, 'utf8')))
      filesByName.set(type, (filesByName.get(type) ?? new Set()).add(file));
  }
}

describe('the name of a type', () => {
  it('is declared in one file of tasks, shared and local only', () => {
    expect(filesByName.size).toBeGreaterThan(300);
    const repeated = [...filesByName].filter(([, files]) => files.size > 1).map(([name, files]) => [name, ...files]);
    expect(repeated).toEqual([]);
  });

  it('is found whether it is exported or not, and not inside a function', () => {
    const code = `
      export interface A { a: 1 }
      type B<T> = T | 2;
      export class C {}
      class D {}
      export enum E { one }
      function f() { type G = 1; return 1 as G; }`;
    expect(declaredTypes(code)).toEqual(['A', 'B', 'C', 'D', 'E']);
  });
});
