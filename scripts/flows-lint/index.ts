import { writeFileSync } from 'node:fs';
import { lintFlow } from './lint.js';
import { settingProblems, withSettings } from './settings.js';
import { readFlows, readSurroundings } from './surroundings.js';

// With --fix the blocks of settings are completed first.
if (process.argv.includes('--fix')) for (const { file, text } of readFlows()) writeFileSync(file, withSettings(text));
const flows = readFlows();
const around = readSurroundings(flows);
const findings = [
  ...flows.flatMap(({ file, text }) => lintFlow(text, around).map((problem) => `${file}: ${problem}`)),
  ...settingProblems({ flows }),
];
for (const finding of findings) process.stderr.write(`${finding}\n`);
process.stdout.write(`${flows.length} flows, ${findings.length} findings\n`);
process.exitCode = findings.length > 0 ? 1 : 0;
