import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Literal, literalsOf } from './literals.js';
import { whyNotLinear } from './proof.js';
import { Proven } from './proven.js';

/** What runs at a user's: what comes from outside meets these expressions. */
const PROGRAM = ['shared', 'tasks', 'local'];
const SOURCE = /\.(?:ts|js)$/;

/** Checks every regular expression of the program. Gives their number and a sentence for each that is not linear. */
export function checkProgram(): { expressions: number; findings: string[] } {
  const proven = new Proven();
  const findings: string[] = [];
  const expressions = new Set<string>();
  for (const file of PROGRAM.flatMap(filesUnder)) {
    const { literals, composed } = literalsOf(readFileSync(file, 'utf8'), languageOf(file));
    for (const line of composed)
      findings.push(`${file}:${line}: an expression is put together at run time; write it as a literal.`);
    for (const literal of literals) {
      expressions.add(`${literal.pattern}/${literal.flags}`);
      const why = proven.has(literal.pattern, literal.flags) ? undefined : whyNotLinear(literal.pattern, literal.flags);
      if (why === undefined) proven.add(literal.pattern, literal.flags);
      else findings.push(sentence(file, literal, why));
    }
  }
  proven.save();
  return { expressions: expressions.size, findings };
}

function filesUnder(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries.filter((entry) => SOURCE.test(entry)).map((entry) => join(folder, entry));
}

function languageOf(file: string): 'typescript' | 'ecmascript' {
  return file.endsWith('.ts') ? 'typescript' : 'ecmascript';
}

function sentence(file: string, { pattern, flags, line }: Literal, why: string): string {
  return `${file}:${line}: /${pattern}/${flags} ${why}.`;
}
