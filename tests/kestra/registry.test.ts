import { execFile } from 'node:child_process';
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { VERSION } from '../helpers/version.js';
import { KestraDouble, LOG_IN } from '../local/deploy/kestra-double.js';
import { buildImages } from './images.js';
import { describeWith } from './machine.js';
import { docker } from './programs.js';
import { Registry } from './registry.js';

const TASKS = ['archive', 'batch', 'detect', 'doctor', 'migrate', 'promote', 'push', 'stage'];

describeWith(['docker'], 'npm run deploy --registry, with the real images and Docker engine', () => {
  let kestra: KestraDouble;
  let registry: Registry;
  let url: string;
  let place: string;

  beforeAll(() => buildImages(), 900_000);

  beforeEach(async () => {
    [kestra, registry] = [new KestraDouble(), new Registry()];
    [url, place] = [await kestra.start(), `${await registry.start()}/team`];
  });

  afterEach(async () => {
    await kestra.stop();
    await registry.stop();
    await docker('rmi', '--force', ...TASKS.map(imageOf)).catch(() => undefined);
  });

  function imageOf(task: string): string {
    return `${place}/customer-orders/${task}:${VERSION}`;
  }

  function deploy(...words: string[]) {
    const args = ['dist/local/deploy/index.js', '--kestra', url, '--registry', place, ...words];
    return new Promise<{ code: number | null; said: string; wrong: string }>((resolve) => {
      const child = execFile(process.execPath, args, { env: { ...process.env, ...LOG_IN } }, (_, said, wrong) =>
        resolve({ code: child.exitCode, said, wrong }),
      );
    });
  }

  it('deploy pushes each image to the registry, from which a worker without images pulls and runs it', async () => {
    expect(await deploy('--dry-run')).toMatchObject({ code: 0, wrong: '' });
    expect([registry.images, kestra.writes]).toEqual([[], []]);
    const { code, said, wrong } = await deploy();
    expect([code, wrong]).toEqual([0, '']);
    expect(registry.images).toEqual(TASKS.map((task) => `team/customer-orders/${task}:${VERSION}`));
    expect(said).toContain(`pushed ${imageOf('stage')}`);
    expect(kestra.latest('customer-orders-batch')).toContain(`"${place}/customer-orders/stage:{{ vars.tag }}"`);
    await docker('rmi', imageOf('stage'));
    expect(await docker('run', '--rm', imageOf('stage'), '--version')).toContain(VERSION);
    expect((await deploy()).said).toContain('0 changed');
  });

  it('deploy changes no flow if the registry requires a log-in', async () => {
    registry.wantsLogIn = true;
    const { code, wrong } = await deploy();
    expect([code, kestra.writes]).toEqual([1, []]);
    expect(wrong).toMatch(
      /archive:\S+ could not be pushed: .+\. No flow was changed\. .+ run docker login; then run again/,
    );
  });

  it('deploy changes no flow if the registry has lost an image', async () => {
    registry.keeps = (image) => !image.includes('/stage:');
    const { code, wrong } = await deploy();
    expect([code, kestra.writes]).toEqual([2, []]);
    expect(wrong).toContain(`The registry lacks ${imageOf('stage')}`);
  });

  it('deploy changes no flow if there is no registry', async () => {
    await registry.stop();
    const { code, wrong } = await deploy();
    expect([code, kestra.writes]).toEqual([1, []]);
    expect(wrong).toMatch(/could not be pushed: .+refused/);
    await registry.start();
  });
});
