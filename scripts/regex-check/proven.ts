import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const FILE = 'node_modules/.cache/customer-orders/linear-expressions.json';

const proven = z.array(z.string()).catch([]);

/** Expressions that this machine has proven before: a proof takes up to some seconds, and expressions seldom change. */
export class Proven {
  readonly #known: ReadonlySet<string>;
  readonly #used = new Set<string>();

  constructor() {
    this.#known = new Set(proven.parse(read()));
  }

  has(pattern: string, flags: string): boolean {
    return this.#known.has(keyOf(pattern, flags));
  }

  add(pattern: string, flags: string): void {
    this.#used.add(keyOf(pattern, flags));
  }

  /** Keeps those that were added, and no others. */
  save(): void {
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, JSON.stringify([...this.#used]));
  }
}

function keyOf(pattern: string, flags: string): string {
  return createHash('sha256').update(`${flags}/${pattern}`).digest('hex');
}

function read(): unknown {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return [];
  }
}
