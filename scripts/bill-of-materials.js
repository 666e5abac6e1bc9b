// What is in the bundle: a list in the form of CycloneDX (sbom.cdx.json) and the licences of every package (LICENSES.txt).

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^node_modules\/(?:@[^/]+\/)?[^/]+(?:\/node_modules\/(?:@[^/]+\/)?[^/]+)*/;
const LICENCE = /^(licen[cs]e|copying|notice)/i;
/** Copied beside the bundle, so that the bundler does not see it whole. */
const COPIED = ['node_modules/parquet-wasm'];

/** The packages of which code is in the bundle, by name and version. */
function packagesOf(metafile) {
  const folders = new Set([
    ...Object.keys(metafile.inputs).flatMap((file) => PACKAGE.exec(file)?.[0] ?? []),
    ...COPIED,
  ]);
  return [...folders]
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ name, version }) => name !== undefined && version !== undefined)
    .sort((a, b) => `${a.name}@${a.version}`.localeCompare(`${b.name}@${b.version}`));
}

function componentOf({ name, version, license, description }) {
  const [scope, short] = name.startsWith('@') ? name.split('/') : [undefined, name];
  return {
    type: 'library',
    ...(scope === undefined ? {} : { group: scope }),
    name: short,
    version,
    ...(description === undefined ? {} : { description }),
    ...(typeof license === 'string' ? { licenses: [{ expression: license }] } : {}),
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  };
}

function licenceText({ folder, name, version, license }) {
  const files = readdirSync(folder).filter((file) => LICENCE.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const text =
    texts.length > 0 ? texts.join('\n\n') : `The package names its licence and carries no text of it: ${license}.`;
  return `${name} ${version} (${license})\n\n${text}\n`;
}

/** Writes both files into the folder of the bundle. The same input gives the same files. */
export function writeBillOfMaterials(metafile, outdir) {
  const { name, version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
  const packages = packagesOf(metafile);
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name, version, licenses: [{ expression: license }] } },
    components: packages.map(componentOf),
  };
  writeFileSync(join(outdir, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
  const own = existsSync('LICENSE')
    ? `${name} ${version} (${license})\n\n${readFileSync('LICENSE', 'utf8').trim()}\n`
    : '';
  writeFileSync(join(outdir, 'LICENSES.txt'), [own, ...packages.map(licenceText)].join(`\n${'-'.repeat(80)}\n\n`));
}
