import { readFileSync } from 'node:fs';
import { messageOf } from '../../shared/ground/errors.js';
import { readSqlFile } from '../../shared/ground/files.js';
import { loadOperation, MUTATIONS, QUERIES } from '../../shared/monday/operations.js';
import { printError, printLines } from '../../shared/runtime/outputs.js';
import { compareSchemas } from './compare.js';

const [file, ...others] = process.argv.slice(2);

try {
  if (file === undefined || others.length > 0) {
    throw new Error('Name one file with an official schema: npm run schema:check -- schema.graphql');
  }
  const operations = [...QUERIES, ...MUTATIONS].map((name) => ({ name, query: loadOperation(name).query }));
  const findings = compareSchemas(readSqlFile('graphql/schema.graphql'), readFileSync(file, 'utf8'), operations);
  const verdict = findings.length === 0 ? 'agree' : `disagree in ${findings.length} places`;
  printLines([...findings, `Our schema and ${operations.length} operations ${verdict} with ${file}.`]);
  process.exitCode = findings.length === 0 ? 0 : 2;
} catch (error) {
  printError(messageOf(error));
  process.exitCode = 2;
}
