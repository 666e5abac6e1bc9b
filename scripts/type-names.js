// Finds types, interfaces, classes and enums of one name that stand in more than one file: a name means one thing.
// node scripts/type-names.js [folder]; prints each such name with its files and ends with 1 where there is one.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

const NAMED = ['TsInterfaceDeclaration', 'TsTypeAliasDeclaration', 'TsEnumDeclaration'];
const root = process.argv[2] ?? '.';
const filesByName = new Map();

/** Names of the types that a file declares outside of functions, exported or not. */
function declaredTypes(code) {
  return parseSync(code, { syntax: 'typescript', target: 'es2022' })
    .body.map((statement) => (statement.type === 'ExportDeclaration' ? statement.declaration : statement))
    .flatMap((declared) => {
      if (declared.type === 'ClassDeclaration') return [declared.identifier.value];
      return NAMED.includes(declared.type) ? [declared.id.value] : [];
    });
}

for (const top of ['tasks', 'shared', 'local']) {
  for (const name of readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const file = `${top}/${name.replaceAll('\\', '/')}`;
    for (const type of declaredTypes(readFileSync(join(root, file), 'utf8')))
      filesByName.set(type, (filesByName.get(type) ?? new Set()).add(file));
  }
}

for (const [name, files] of filesByName) {
  if (files.size === 1) continue;
  process.stderr.write(`The type ${name} is declared in several files: ${[...files].sort().join(', ')}\n`);
  process.exitCode = 1;
}
