import { chmod, cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles one executable into `folder`, complete but for the packages named, and returns the path of the program.
 * Tests that run a program as a process use it where `dist/` would not do: another folder, another user.
 */
export async function bundleInto(folder: string, entry: string, external: readonly string[]): Promise<string> {
  const outfile = join(folder, entry.replace(/\.ts$/, '.js'));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['pg-native', ...external],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
    },
    logLevel: 'silent',
  });
  await cp('package.json', join(folder, 'package.json'));
  return outfile;
}

/** Copies an installed package beside a bundle, leaving out what `keep` refuses. */
export async function copyPackage(folder: string, name: string, keep: (path: string) => boolean): Promise<string> {
  const target = join(folder, 'node_modules', name);
  await mkdir(dirname(target), { recursive: true });
  await cp(join('node_modules', name), target, { recursive: true, verbatimSymlinks: true, filter: keep });
  await chmod(folder, 0o755);
  return target;
}
