// Writes a version everywhere it stands: npm run release -- 1.1.0
// --check only compares every place with package.json, and ends with 1 where one says something else.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const VERSION = String.raw`\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?`;
const TAGGED = /(customer-orders\/[$a-z-]+:)VERSION/g;

/** Where the version stands: each pattern has what comes before it as its first group, and VERSION in its place. */
export const PLACES = [
  ['package.json', /(^ {2}"version": ")VERSION/gm],
  ['package-lock.json', /(^ {2}"version": "|"": \{\n {6}"name": "customer-orders",\n {6}"version": ")VERSION/gm],
  ['Dockerfile', TAGGED],
  ['docker-compose.yml', TAGGED],
  ['docker-compose.yml', /(VERSION: )VERSION/g],
  ['docs/kestra.md', TAGGED],
  ['docs/runbook.md', TAGGED],
  ...['customer-orders', 'customer-orders-batch', 'customer-orders-archive', 'customer-orders-maintenance'].map(
    (flow) => [`flows/${flow}.yaml`, /(^ {2}tag: )VERSION/gm],
  ),
];

/** A place's pattern, for any version. */
export function patternOf(pattern) {
  const parts = pattern.source.split('VERSION');
  const last = parts.pop();
  return new RegExp(`${parts.join('VERSION')}(${VERSION})${last}`, pattern.flags);
}

/** What each place says; a place that says nothing is a fault of this list. */
export function versionsIn(read) {
  return PLACES.flatMap(([file, pattern]) => {
    const found = [...read(file).matchAll(patternOf(pattern))].map((match) => match[2]);
    if (found.length === 0) throw new Error(`${file} says no version where ${pattern} looks for it`);
    return found.map((version) => ({ file, version }));
  });
}

function check() {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const wrong = versionsIn((file) => readFileSync(file, 'utf8')).filter((place) => place.version !== version);
  for (const { file, version: said } of wrong)
    process.stderr.write(`${file} says ${said}, package.json ${version}: run "npm run release -- ${version}".\n`);
  if (wrong.length > 0) process.exitCode = 1;
}

function release(version) {
  if (!new RegExp(`^${VERSION}$`).test(version ?? '')) {
    process.stderr.write('Name the version: npm run release -- 1.1.0\n');
    process.exitCode = 2;
    return;
  }
  for (const [file, pattern] of PLACES) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace(patternOf(pattern), (_, before) => `${before}${version}`),
    );
  }
  const today = new Date().toISOString().slice(0, 10);
  const changelog = readFileSync('CHANGELOG.md', 'utf8');
  const heading = /^## .* - unreleased$/m;
  if (heading.test(changelog)) writeFileSync('CHANGELOG.md', changelog.replace(heading, `## ${version} - ${today}`));
  process.stdout.write(
    `Version ${version}. Look at the changes, run npm test, commit, and tag the commit v${version}.\n`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === '--check') check();
  else release(process.argv[2]);
}
