import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { SECRET_SETTINGS, SETTINGS } from '../../shared/runtime/settings.js';
import { alsoRead } from '../../shared/runtime/task.js';
import { commands as migrate } from '../../tasks/migrate/commands.js';

const words = z.union([z.string(), z.array(z.string())]).transform((text) => [text].flat());
const service = z.object({
  image: z.string(),
  command: words.default([]),
  entrypoint: words.default([]),
  healthcheck: z.object({ test: words }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  env_file: words.default([]),
  volumes: words.default([]),
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

  const of = (name: string): z.infer<typeof service> => {
    const [, found] = services.find(([each]) => each === name) ?? [];
    if (found === undefined) throw new Error(`There is no service ${name}.`);
    return found;
  };

  it('gives migrate every setting that it reads, from .env', () => {
    const { environment, volumes } = of('migrate');
    const read = new Set(migrate.flatMap(({ settings }) => [...settings, ...alsoRead(settings)]));
    expect(Object.keys(environment).sort()).toEqual([...read].sort());
    for (const [name, value] of Object.entries(environment))
      expect(value).toMatch(new RegExp(`^\\$\\{${name}:(?:-|\\?set it in \\.env)\\}$`));
    expect(volumes.join()).toMatch(/^\$\{MAPPING_VOLUME:-/);
  });

  it('gives the sample the place where migrate and the flows look for it', () => {
    const { environment } = of('sample-orders');
    for (const name of ['WAREHOUSE_URL', 'WAREHOUSE_SCHEMA'])
      expect(environment[name]).toBe(of('migrate').environment[name]);
  });

  it('gives Kestra every setting by the file of encode-secrets.js, and replaces none of them there', () => {
    const { env_file, environment } = of('kestra');
    expect(env_file).toEqual(['.env.kestra']);
    const own = Object.entries(environment).filter(([name]) => /^(?:ENV|SECRET)_/.test(name));
    expect(own).toEqual([['ENV_MONDAY_ALLOW_HTTP', expect.stringMatching(/^\$\{MONDAY_ALLOW_HTTP:-1\}$/)]]);
  });

  it('.env.example names, in the part about it, every setting that the flows cannot take', () => {
    const flow = readFileSync('flows/customer-orders.yaml', 'utf8');
    const secret = new Set<string>(SECRET_SETTINGS);
    const left = Object.keys(SETTINGS).filter(
      (name) => !secret.has(name) && !flow.includes(`"${name}": envs.${name.toLowerCase()} ?? `),
    );
    const [, part = ''] = readFileSync('.env.example', 'utf8').split('# --- docker-compose.yml');
    expect(left.filter((name) => !part.includes(name))).toEqual([]);
    expect(left.length).toBeLessThan(5);
  });
});
