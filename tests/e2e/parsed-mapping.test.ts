import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parsedMappings } from '../../scripts/parsed-mappings.js';
import { parseMapping, readMapping } from '../../shared/mapping/mapping.js';
import { Program } from './program.js';

const FOLDER = 'sql/mappings';
const EACH = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .sort()
  .map((file) => `${FOLDER}/${file}`);
const SHIPPED = `${FOLDER}/customer-orders.yaml`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parsed-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The mapping version that stage prints, and whether it has loaded a parser of YAML for it. */
async function opened(file: string): Promise<{ said: string; parser: boolean }> {
  const loaded = await mkdtemp(join(folder, 'loaded-'));
  const env = { MAPPING_FILE: file, NODE_V8_COVERAGE: loaded };
  const { said } = await new Program('stage', ['--version'], env).ended;
  const reports = await Promise.all((await readdir(loaded)).map((name) => readFile(join(loaded, name), 'utf8')));
  const urls = [...reports.join('').matchAll(/"url":"file:\/\/([^"]*)"/g)].map(([, path = '']) => path);
  const texts = await Promise.all(urls.map((path) => readFile(path, 'utf8')));
  expect(texts.length).toBeGreaterThan(0);
  return { said, parser: texts.some((text) => text.includes('// node_modules/yaml/')) };
}

/** A copy of a mapping with a change. */
async function changed(file: string, change: (text: string) => string): Promise<string> {
  const copy = join(await mkdtemp(join(folder, 'mapping-')), 'mapping.yaml');
  await writeFile(copy, change(await readFile(file, 'utf8')));
  return copy;
}

describe('the parsed form of a mapping that is shipped', () => {
  it('is what parsing gives, for each of them', async () => {
    const forms = Object.values(await parsedMappings('node_modules/.cache/parsed-mappings'));
    expect(forms.map((form) => JSON.parse(form))).toStrictEqual(
      EACH.map((file) => parseMapping(readMapping(file), file)),
    );
  });

  it.each(EACH)('stands for %s wherever the file lies', async (file) => {
    const { version } = parseMapping(readMapping(file), file);
    const { said, parser } = await opened(await changed(file, (text) => text));
    expect({ said, parser }).toEqual({ said: expect.stringContaining(`mapping ${version}`), parser: false });
  });

  it.each<[string, (text: string) => string]>([
    ['a comment', (text) => `${text}# more\n`],
    ['a rule', (text) => text.replace('in: [CANCELLED]', 'in: [FORECAST]')],
    ['a mark of the byte order', (text) => `\ufeff${text}`],
  ])('does not stand for a file with %s changed, which is parsed', async (_, change) => {
    const file = await changed(SHIPPED, change);
    expect(await readFile(file, 'utf8')).not.toBe(await readFile(SHIPPED, 'utf8'));
    const { version } = parseMapping(readMapping(file), file);
    const { said, parser } = await opened(file);
    expect({ said, parser }).toEqual({ said: expect.stringContaining(`mapping ${version}`), parser: true });
  });

  it('does not stand for a faulty file, whose fault is told with its place', async () => {
    const { said } = await opened(await changed(SHIPPED, (text) => `nonsense: 1\n${text}`));
    expect(said).toMatch(/unreadable: .*- nonsense: .*\(line 1, column 1\)/);
  });
});
