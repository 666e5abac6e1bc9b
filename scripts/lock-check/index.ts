import { readFileSync } from 'node:fs';
import { printError, printLines } from '../../shared/runtime/outputs.js';
import { unpinnedPackages } from './check.js';

const { packages, findings } = unpinnedPackages(readFileSync('package-lock.json', 'utf8'));
for (const finding of findings)
  printError(
    `package-lock.json: ${finding}. Remove its entry and node_modules, and run npm install --package-lock-only.`,
  );
if (findings.length === 0) printLines([`${packages} packages, each pinned with its integrity`]);
process.exitCode = findings.length > 0 ? 1 : 0;
