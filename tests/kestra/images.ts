import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { VERSION } from '../helpers/version.js';
import { variant } from './flow-files.js';
import { docker } from './programs.js';

const run = promisify(execFile);
const MAPPING = 'sql/mappings/customer-orders.yaml';

/** Of the images as they are, but with a mapping that knows `ODD_CUSTOMER`. */
export const TAG = 'under-test';
/** A name with everything that lists, shells and SQL trip over; the mapping has such ones, but none with all of it. */
export const ODD_CUSTOMER = "FARADAY'S LABS, INC (LAMBS)";

/** The mapping shipped, with one customer renamed and its label to be made on the board. */
export function testMapping(): string {
  return variant(readFileSync(MAPPING, 'utf8'), {
    'FARADAY LABS, INC (LAMBS):': `"${ODD_CUSTOMER}":`,
    'rule: customer, required: reject, max_length: 200, create_labels: false':
      'rule: customer, required: reject, max_length: 200, create_labels: true',
  });
}

/** Builds the image of every task, and under `TAG` one on top of it that holds the test's mapping. */
export async function buildImages(): Promise<void> {
  await run(process.execPath, ['scripts/images.js'], { maxBuffer: 64 * 1024 * 1024 });
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  writeFileSync(join(folder, 'mapping.yaml'), testMapping());
  writeFileSync(join(folder, 'Dockerfile'), `ARG IMAGE\nFROM $IMAGE\nCOPY mapping.yaml /app/dist/${MAPPING}\n`);
  for (const task of readdirSync('tasks')) {
    const image = `customer-orders/${task}`;
    await docker('build', '--quiet', '--build-arg', `IMAGE=${image}:${VERSION}`, '--tag', `${image}:${TAG}`, folder);
  }
  rmSync(folder, { recursive: true });
}
