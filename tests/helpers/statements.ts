import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sqlFolder } from '../../shared/ground/files.js';
import { blocksOf } from '../../shared/warehouse/port/statements.js';

/** Every statement there is, as `<table>/<block>`. */
export function statementNames(): string[] {
  return readdirSync(join(sqlFolder(), 'statements'))
    .filter((file) => file.endsWith('.sql'))
    .flatMap((file) => [...blocksOf(file.slice(0, -'.sql'.length)).keys()])
    .sort();
}
