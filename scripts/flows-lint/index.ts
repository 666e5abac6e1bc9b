import { lintFlow } from './lint.js';
import { settingProblems } from './settings.js';
import { readFlows, readSurroundings } from './surroundings.js';

const flows = readFlows();
const around = readSurroundings(flows);
const findings = [
  ...flows.flatMap(({ file, text }) => lintFlow(text, around).map((problem) => `${file}: ${problem}`)),
  ...settingProblems({ flows, envs: around.envs }),
];
for (const finding of findings) process.stderr.write(`${finding}\n`);
process.stdout.write(`${flows.length} flows, ${findings.length} findings\n`);
process.exitCode = findings.length > 0 ? 1 : 0;
