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

const marked = ['tasks', 'shared', 'sql']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
  .filter((file) => /\.(ts|sql)$/.test(file))
  .flatMap((file) => markedRules(commentsOf(file)).map((rule) => ({ file, rule })));

/** The comments of a file of code or SQL, a line each. */
function commentsOf(file: string): string {
  const comment = file.endsWith('.sql') ? /^\s*--.*$/gm : /^\s*(?:\/\*\*|\*|\/\/).*$|\/\/ .*$/gm;
  return [...readFileSync(file, 'utf8').matchAll(comment)].map(([line]) => line).join('\n');
}

/** The files of one list of a rule: `Decided: …`. */
function filesOf(section: string, list: 'Decided' | 'Carried out' | 'Proven by'): string[] {
  const [, files = ''] = new RegExp(`^${list}: (.*)\\.$`, 'm').exec(section) ?? [];
  return [...files.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

const places = sections.flatMap((section, index) =>
  [...filesOf(section, 'Decided'), ...filesOf(section, 'Carried out')].map((file) => ({ file, rule: index + 1 })),
);

const textOf = ({ file, rule }: { file: string; rule: number }): string => `${rule} ${file}`;

describe('docs/rules.md', () => {
  it('lists all thirty rules in order', () => {
    expect(sections.map((section) => Number.parseInt(section, 10))).toEqual(
      Array.from({ length: 30 }, (_, n) => n + 1),
    );
  });

  it.each(sections.map((section) => [section.split('\n')[0], section] as const))(
    'says where rule %s is decided, where it is carried out and which tests prove it',
    (_, section) => {
      for (const list of ['Decided', 'Carried out', 'Proven by'] as const) {
        const files = filesOf(section, list);
        expect({ list, files }).not.toEqual({ list, files: [] });
        expect(files.filter((file) => !existsSync(file))).toEqual([]);
        expect(files.filter((file) => file.startsWith('tests/') !== (list === 'Proven by'))).toEqual([]);
      }
    },
  );

  it('names for each rule every file whose comments refer to it', () => {
    expect(marked.length).toBeGreaterThan(150);
    const named = new Set(places.map(textOf));
    expect(marked.map(textOf).filter((mark) => !named.has(mark))).toEqual([]);
  });

  it('names only files whose comments refer to the rule', () => {
    expect(places.length).toBeGreaterThan(120);
    const marks = new Set(marked.map(textOf));
    expect(places.map(textOf).filter((place) => !marks.has(place))).toEqual([]);
  });

  it('reads references to one rule, to several and to a range', () => {
    expect(markedRules('Rule 7: a. Rules 7 and 8: b. Rules 15 to 18 and 22: c.')).toEqual([
      7, 7, 8, 15, 16, 17, 18, 22,
    ]);
  });
});
