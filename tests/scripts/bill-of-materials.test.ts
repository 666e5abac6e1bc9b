import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

interface Bill {
  metadata: { component: { name: string; version: string } };
  components: readonly { group?: string; name: string; version: string; purl: string }[];
}
/** Loaded when they are there, or types alone: no code of theirs is in the bundle. */
const NOT_BUNDLED = new Set<string>([]);

const own = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string;
  dependencies: Record<string, string>;
};
const bill = JSON.parse(readFileSync('dist/sbom.cdx.json', 'utf8')) as Bill;
const licences = readFileSync('dist/LICENSES.txt', 'utf8');
const nameOf = ({ group, name }: Bill['components'][number]): string =>
  group === undefined ? name : `${group}/${name}`;

describe('the bill of materials of the bundle', () => {
  it('has the version of the program', () => {
    expect(bill.metadata.component).toMatchObject({ name: 'customer-orders', version: own.version });
  });

  it.each(Object.entries(own.dependencies).filter(([name]) => !NOT_BUNDLED.has(name)))(
    'lists %s in its installed version',
    (name, version) => {
      expect(bill.components.filter((component) => nameOf(component) === name)).toMatchObject([{ version }]);
    },
  );

  it.each(bill.components.map((component) => [nameOf(component), component.version]))(
    'has the licence text of %s %s',
    (name, version) => {
      expect(licences).toContain(`\n${name} ${version} (`);
    },
  );

  it('lists nothing that is needed only to build and test', () => {
    const names = new Set(bill.components.map(nameOf));
    for (const name of ['jest', 'esbuild', 'typescript', 'fast-check'])
      expect([name, names.has(name)]).toEqual([name, false]);
    expect(existsSync('dist/tasks/push/index.js')).toBe(true);
  });
});
