// Runs a TypeScript script: node scripts/run.js scripts/NAME/index.ts [arguments]. Packages stay outside the bundle.
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [script, ...args] = process.argv.slice(2);
if (script === undefined) throw new Error('Say which script: node scripts/run.js scripts/NAME/index.ts');

const outfile = resolve('node_modules/.cache/scripts', script.replace(/\.ts$/, '.js'));
await mkdir(dirname(outfile), { recursive: true });
await build({
  entryPoints: [script],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  sourcemap: 'inline',
});
process.argv = [process.argv0, join(process.cwd(), script), ...args];
await import(pathToFileURL(outfile).href);
