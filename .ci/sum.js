// Adds up the JSON results of all suites in a folder. A suite that ran nothing is a failure.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
const suites = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
const sum = (name) => suites.reduce((total, suite) => total + suite[name], 0);
const broken = suites.reduce(
  (total, suite) =>
    total +
    suite.testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
    ).length,
  0,
);
const passed = sum('numPassedTests');
const failed = sum('numFailedTests') + broken;
const skipped = sum('numPendingTests') + sum('numTodoTests');
if (suites.length === 0 || passed === 0 || failed > 0) process.exitCode = 1;
process.stdout.write(`Tests: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
