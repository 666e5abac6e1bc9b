import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';

const words = z.union([z.string(), z.array(z.string())]).transform((text) => [text].flat());
const service = z.object({
  image: z.string(),
  command: words.default([]),
  entrypoint: words.default([]),
  healthcheck: z.object({ test: words }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  build: z.object({ args: z.record(z.string(), z.string()) }).optional(),
});
const text = readFileSync('docker-compose.yml', 'utf8');
const services = Object.entries(z.object({ services: z.record(z.string(), service) }).parse(parse(text)).services);

/** What may hold a secret, by the name on either side. */
const SECRETS = /PASSWORD|WAREHOUSE_URL|ARCHIVE_URL|KESTRA_USER/;
const dockerfile = readFileSync('Dockerfile', 'utf8');

describe('docker-compose.yml', () => {
  it.each(services)('puts no variable into a command line of %s', (_, { command, entrypoint, healthcheck }) => {
    expect([...command, ...entrypoint, ...(healthcheck?.test ?? [])].filter((word) => word.includes('$'))).toEqual([]);
  });

  it.each(services)('gives each secret of %s its own variable, with no other text added', (_, given) => {
    const holding = Object.entries(given.environment).filter(([name, value]) => SECRETS.test(`${name} ${value}`));
    expect(holding.filter(([, value]) => !/^\$\{[A-Z_]+(?::\?set it in \.env)?\}$/.test(value))).toEqual([]);
  });

  it.each(services)('reads the image of %s, or its base, from one variable', (_, { image, build }) => {
    const [, standard] = /^ARG BASE_IMAGE=(\S+)$/m.exec(dockerfile) ?? [];
    if (build) expect(build.args['BASE_IMAGE']).toBe(`\${BASE_IMAGE:-${standard}}`);
    else expect(image).toMatch(/^\$\{[A-Z]+_IMAGE:-\S+\}$/);
  });

  it('builds only on the image that BASE_IMAGE names', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)(?: AS (\S+))?$/gm)];
    const stages = new Set(bases.map(([, , name]) => name));
    const others = bases.filter(([, base]) => !stages.has(base)).map(([, base]) => base);
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter((base) => !/^\$\{BASE_IMAGE\}$/.test(base ?? ''))).toEqual([]);
  });
});
