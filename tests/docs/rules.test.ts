import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const sections = readFileSync('docs/rules.md', 'utf8').split(/^### /m).slice(1);

/** The rules that a text is marked with: `Rule 7`, `Rules 7 and 8`, `Rules 15 to 18 and 22`. */
function markedRules(text: string): number[] {
  const marks = text.matchAll(/\brules? (\d+)(?: (and|to) (\d+)(?: and (\d+))?)?/gi);
  return [...marks].flatMap(([, first, joined, second, third]) => {
    const ends = [first, second, third].flatMap((each) => (each === undefined ? [] : [Number(each)]));
    const [from = 0, to = 0] = ends;
    return joined === 'to' ? [...Array.from({ length: to - from }, (_, n) => from + n), ...ends.slice(1)] : ends;
  });
}

const marked = ['tasks', 'shared']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => markedRules(readFileSync(file, 'utf8')).map((rule) => ({ file, rule })));

describe('docs/rules.md', () => {
  it('tells all thirty rules in order', () => {
    expect(sections.map((section) => Number.parseInt(section, 10))).toEqual(
      Array.from({ length: 30 }, (_, n) => n + 1),
    );
  });

  it.each(sections.map((section) => [section.split('\n')[0], section] as const))(
    '%s names files that exist',
    (_, section) => {
      const [, held = '', proved = ''] = /^Held by (.*)\. Proved by (.*)\.$/m.exec(section) ?? [];
      const files = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
      expect(files(held).length).toBeGreaterThan(0);
      expect(files(proved).length).toBeGreaterThan(0);
      expect([...files(held), ...files(proved)].filter((file) => !existsSync(file))).toEqual([]);
    },
  );

  it('names at each rule every file whose comments are marked with it', () => {
    expect(marked.length).toBeGreaterThan(60);
    const unnamed = marked.filter(({ file, rule }) => !sections[rule - 1]?.includes(`\`${file}\``));
    expect(unnamed).toEqual([]);
  });

  it('reads marks of one rule, of several and of a range', () => {
    expect(markedRules('Rule 7: a. Rules 7 and 8: b. Rules 15 to 18 and 22: c.')).toEqual([
      7, 7, 8, 15, 16, 17, 18, 22,
    ]);
  });
});
