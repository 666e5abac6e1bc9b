import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FixFirstError } from '../../shared/ground/errors.js';
import { type AccountShape, SHIPPED_SHAPE, shapeSchema } from './shape.js';
import { JOURNAL } from './store.js';

const FILE = 'shape.json';

/** The shape of the board kept in a folder. `asked` is for a new board: what is on another one belongs to its columns. */
export function keptShape(folder: string, asked?: AccountShape): AccountShape {
  const known = readShape(folder);
  if (known === undefined) {
    mkdirSync(folder, { recursive: true });
    if (asked !== undefined) writeFileSync(join(folder, FILE), JSON.stringify(asked));
    return asked ?? SHIPPED_SHAPE;
  }
  if (asked === undefined || JSON.stringify(asked) === JSON.stringify(known)) return known;
  throw new FixFirstError(
    'SIMULATOR_FAILED',
    `The board in ${folder} has other columns than this mapping. Name an empty folder, or leave out --mapping to go on with the board as it is.`,
  );
}

/** Undefined in a folder without a board. */
function readShape(folder: string): AccountShape | undefined {
  const file = join(folder, FILE);
  if (existsSync(file)) return shapeSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const journal = join(folder, JOURNAL);
  return existsSync(journal) && statSync(journal).size > 0 ? SHIPPED_SHAPE : undefined;
}
