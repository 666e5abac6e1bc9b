import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { SETTINGS } from '../../shared/runtime/settings.js';
import type { Surroundings } from './flow.js';

/** The flows of the folder: file name and text. */
export function readFlows(folder = 'flows'): { file: string; text: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(`${folder}/${name}`, 'utf8') }));
}

/** Reads version, documented names and flow ids from the files that own them. */
export function readSurroundings(flows = readFlows()): Surroundings {
  const documents = readFileSync('docs/kestra.md', 'utf8');
  const names = (prefix: string): string[] =>
    [...documents.matchAll(new RegExp(`\`${prefix}_([A-Z0-9_]+)\``, 'g'))].map(([, name = '']) => name);
  return {
    flowIds: new Set(
      flows.map(({ text }) => z.object({ id: z.string() }).parse(parse(text, { uniqueKeys: false })).id),
    ),
    secrets: new Set(names('SECRET')),
    // Every setting is one: docs/settings.md describes them.
    envs: new Set([...names('ENV'), ...Object.keys(SETTINGS)].map((name) => name.toLowerCase())),
    version: z.object({ version: z.string() }).parse(JSON.parse(readFileSync('package.json', 'utf8'))).version,
  };
}
