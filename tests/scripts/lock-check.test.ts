import { describe, expect, it } from '@jest/globals';
import { unpinnedPackages } from '../../scripts/lock-check/check.js';

const pinned = { resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz', integrity: 'sha512-AA==' };

function check(entry: object) {
  const lock = {
    lockfileVersion: 3,
    packages: { '': { name: 'x' }, 'node_modules/a': pinned, 'node_modules/b': entry },
  };
  return unpinnedPackages(JSON.stringify(lock));
}

describe('the check of the lock file', () => {
  it.each([
    ['a pinned package', pinned, 2],
    ['a folder of the project', { resolved: 'packages/b', link: true }, 1],
    ['a package in the tarball of another', { inBundle: true }, 1],
  ])('passes %s', (_, entry, packages) => {
    expect(check(entry)).toEqual({ packages, findings: [] });
  });

  it.each([
    ['no integrity', { resolved: pinned.resolved, optional: true, os: ['darwin'] }, ['has no integrity']],
    ['a weak integrity', { ...pinned, integrity: 'sha1-AA==' }, ['has no integrity']],
    ['no address', { integrity: pinned.integrity }, ['does not come from https://registry.npmjs.org/']],
    [
      'a branch of Git',
      { resolved: 'git+ssh://git@github.com/b/b.git#0a1b' },
      ['has no integrity', 'does not come from'],
    ],
  ])('names a package with %s', (_, entry, told) => {
    expect(check(entry).findings).toEqual(told.map((text) => expect.stringMatching(`^node_modules/b ${text}`)));
  });
});
