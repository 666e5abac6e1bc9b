import { printError, printLines } from '../../shared/runtime/outputs.js';
import { checkProgram } from './check.js';

const { expressions, findings } = checkProgram();
for (const finding of findings) printError(finding);
if (findings.length === 0) printLines([`${expressions} regular expressions, each proven to take linear time`]);
process.exitCode = findings.length > 0 ? 1 : 0;
