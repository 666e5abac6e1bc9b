// What a task would make of each mapping that is shipped, so that it need not parse one at its start.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { build } from 'esbuild';

const FOLDER = 'sql/mappings';
const ENGINES = ['mssql', 'postgres'];

/** The parsed form of every mapping below `sql/mappings` as JSON, by the SHA-256 of its file. */
export async function parsedMappings(outdir) {
  const { parseMapping } = await parserOf(outdir);
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  return Object.fromEntries(
    files.sort().map((file) => {
      const bytes = readFileSync(join(FOLDER, file));
      // An engine may refuse names; the form is the same for all.
      const [mapping] = ENGINES.map((engine) => parseMapping(bytes.toString(), `${FOLDER}/${file}`, engine));
      const json = JSON.stringify(mapping);
      if (!isDeepStrictEqual(JSON.parse(json), mapping)) throw new Error(`${file} is not the same after JSON`);
      return [createHash('sha256').update(bytes).digest('hex'), json];
    }),
  );
}

/** The parser of this very source, which is about to be bundled. */
async function parserOf(outdir) {
  const outfile = join(outdir, 'parser.js');
  const entryPoints = ['shared/mapping/mapping.ts'];
  await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
  try {
    return await import(pathToFileURL(resolve(outfile)).href);
  } finally {
    await rm(outfile);
  }
}
