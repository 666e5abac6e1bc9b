import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FOLDED, mappingPage } from '../../../scripts/mapping-page.js';
import { fold } from '../../../shared/mapping/fold.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';

describe('docs/mapping.md', () => {
  it('is what the mapping gives', () => {
    expect(readFileSync('docs/mapping.md', 'utf8')).toBe(mappingPage(loadMapping()));
  });

  it.each(FOLDED)('says rightly that %s are one', (examples) => {
    const spellings = [...examples.matchAll(/`([^`]+)`/g)].map(
      ([, text = '']) => JSON.parse(`"${text.replaceAll('"', '\\"')}"`) as string,
    );
    expect(spellings.length).toBeGreaterThan(1);
    expect(new Set(spellings).size).toBe(spellings.length);
    expect(new Set(spellings.map(fold)).size).toBe(1);
  });
});
