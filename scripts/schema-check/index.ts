import { readFileSync } from 'node:fs';
import { messageOf } from '../../shared/errors.js';
import { readSqlFile } from '../../shared/files.js';
import { loadOperation, MUTATIONS, QUERIES } from '../../shared/monday/operations.js';
import { compareSchemas } from './compare.js';

const [file, ...others] = process.argv.slice(2);

try {
  if (file === undefined || others.length > 0) {
    throw new Error('Name one file with an official schema: npm run schema:check -- schema.graphql');
  }
  const operations = [...QUERIES, ...MUTATIONS].map((name) => ({ name, query: loadOperation(name).query }));
  const findings = compareSchemas(readSqlFile('graphql/schema.graphql'), readFileSync(file, 'utf8'), operations);
  for (const finding of findings) process.stdout.write(`${finding}\n`);
  const verdict = findings.length === 0 ? 'agree' : `disagree in ${findings.length} places`;
  process.stdout.write(`Our schema and ${operations.length} operations ${verdict} with ${file}.\n`);
  process.exitCode = findings.length === 0 ? 0 : 2;
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 2;
}
