// Finds circles of imports between files as they run: what the bundler sees once types are gone.
// node scripts/circles.js [folder]; prints each circle and ends with 1 where there is one.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const TOPS = /^(shared|tasks|local)\//;
const root = process.argv[2] ?? '.';
const entryPoints = ['tasks', 'local', 'shared'].flatMap((top) => files(top));

/** Every source file below a folder, relative to the root. */
function files(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
}

const { metafile } = await build({
  absWorkingDir: join(process.cwd(), root),
  entryPoints,
  outdir: 'nowhere',
  write: false,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  metafile: true,
  logLevel: 'error',
});

const imports = new Map(
  Object.entries(metafile.inputs)
    .filter(([file]) => TOPS.test(file))
    .map(([file, input]) => [
      file,
      // A file that is imported when it is needed may need its importer by then.
      input.imports.filter(({ kind, path }) => kind === 'import-statement' && TOPS.test(path)).map(({ path }) => path),
    ]),
);

/** The first circle that each file is in, by depth-first search. */
function circles() {
  const found = [];
  const done = new Set();
  const visit = (file, path) => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}

const found = circles();
for (const circle of found) process.stderr.write(`A circle of imports: ${circle.join(' -> ')}\n`);
if (found.length > 0) process.exitCode = 1;
