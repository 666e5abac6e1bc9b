import { printLines } from '../shared/runtime/outputs.js';

/** Writes a line for whoever reads or pipes the program's output. */
export function print(line: string): void {
  printLines([line]);
}
