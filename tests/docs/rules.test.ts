import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const sections = readFileSync('docs/rules.md', 'utf8').split(/^### /m).slice(1);

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
});
