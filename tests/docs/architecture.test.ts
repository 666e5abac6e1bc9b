import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { BATCH_STATES, BATCH_TRANSITIONS, OPEN_BATCH_STATES } from '../../shared/store/states.js';

const page = readFileSync('ARCHITECTURE.md', 'utf8');

describe('ARCHITECTURE.md', () => {
  it('draws every step that a batch may take, and no other', () => {
    const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+): .+$/gm)].map(([, from, to]) => `${from} ${to}`);
    const steps = BATCH_STATES.flatMap((from) => BATCH_TRANSITIONS[from].map((to) => `${from} ${to}`));
    expect(drawn.sort()).toEqual(steps.sort());
  });

  it('shows a next step for every open state, and none for a closed one', () => {
    const open = BATCH_STATES.filter((state) => BATCH_TRANSITIONS[state].length > 0);
    expect(open).toEqual([...OPEN_BATCH_STATES]);
  });

  it('names every floor of shared/', () => {
    for (const floor of readdirSync('shared')) expect(page).toContain(`\`${floor}\``);
  });

  it('names files and folders that exist', () => {
    const named = [...page.matchAll(/`((?:shared|tasks|sql|tests|local)\/[\w./-]*)`/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
    const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '');
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe.each(['docs', 'docs/adr'])('the index %s/README.md', (folder) => {
  it('links every page in its folder, and no missing page', () => {
    const index = readFileSync(`${folder}/README.md`, 'utf8');
    const linked = [...index.matchAll(/\]\(([\w-]+\.md)(?:#[\w-]+)?\)/g)].map((match) => match[1] ?? '');
    const pages = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md');
    expect([...new Set(linked)].sort()).toEqual(pages.sort());
  });
});
