import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { mappingPage } from '../../../scripts/mapping-page.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';

describe('docs/mapping.md', () => {
  it('is what the mapping gives', () => {
    expect(readFileSync('docs/mapping.md', 'utf8')).toBe(mappingPage(loadMapping()));
  });
});
