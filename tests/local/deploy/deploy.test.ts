import { type ChildProcess, execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VERSION } from '../../helpers/version.js';
import { KestraDouble, LOG_IN } from './kestra-double.js';

const IDS = ['customer-orders-archive', 'customer-orders-batch', 'customer-orders-maintenance', 'customer-orders'];
const TASKS = ['archive', 'batch', 'detect', 'doctor', 'migrate', 'promote', 'push', 'stage'];
const flowText = (id: string): string => readFileSync(`flows/${id}.yaml`, 'utf8');

let kestra: KestraDouble;
let url: string;
let folder: string;
let child: ChildProcess;

beforeEach(async () => {
  kestra = new KestraDouble();
  url = await kestra.start();
  folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  // Writes down how it was called; what MISSING names is not there, what FAILING names goes wrong.
  const docker = `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const call = process.argv.slice(2).join(' ');
appendFileSync(${JSON.stringify(join(folder, 'calls'))}, call + '\\n');
const { MISSING, FAILING } = process.env;
if (MISSING && call.includes(MISSING)) { console.error('Error: No such image: x'); process.exit(1); }
if (FAILING && call.includes(FAILING)) { console.error('noise\\nno basic auth credentials'); process.exit(1); }
`;
  writeFileSync(join(folder, 'docker'), docker);
  chmodSync(join(folder, 'docker'), 0o755);
});

afterEach(() => kestra.stop());

/** Runs the executable as a person would; resolves when it has ended, however it went. */
function deploy(words: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const { HOME = '' } = process.env;
  const PATH = `${folder}${delimiter}${process.env['PATH']}`;
  return new Promise<{ code: number | null; said: string; wrong: string }>((resolve) => {
    child = execFile(
      process.execPath,
      ['dist/local/deploy/index.js', '--kestra', url, ...words],
      { env: { HOME, PATH, ...LOG_IN, ...env } },
      (_, said, wrong) => resolve({ code: child.exitCode, said, wrong }),
    );
  });
}

function dockerCalls(): string[] {
  const file = join(folder, 'calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

describe('npm run deploy', () => {
  it('creates the flows as they are in the repository, subflows first, and starts nothing', async () => {
    const { code, said, wrong } = await deploy();
    expect([code, wrong]).toEqual([0, '']);
    expect(IDS.map((id) => kestra.latest(id))).toEqual(IDS.map(flowText));
    expect(kestra.writes).toEqual(IDS.map(() => 'POST /flows'));
    expect([...kestra.flows.keys()]).toEqual(IDS.map((id) => `company.team/${id}`));
    expect(said).toContain(`4 flows of version ${VERSION} on ${url}, Kestra 2.0.8: 4 changed. Nothing was started.`);
    expect(dockerCalls()).toEqual(TASKS.map((task) => `image inspect customer-orders/${task}:${VERSION}`));
  });

  it('writes nothing the second time', async () => {
    await deploy();
    const before = kestra.writes.length;
    const { code, said } = await deploy();
    expect([code, kestra.writes.length]).toEqual([0, before]);
    expect(said).toContain('0 changed');
  });

  it('with --dry-run only shows what would change, line by line', async () => {
    const old = flowText('customer-orders').replace(`tag: ${VERSION}`, 'tag: 0.9.0');
    kestra.flows.set('company.team/customer-orders', [old]);
    const { code, said } = await deploy(['--dry-run', '--registry', 'registry.example']);
    expect([code, kestra.writes]).toEqual([0, []]);
    expect(said).toContain('customer-orders: changes from revision 1');
    expect(said).toMatch(/- \d+: {3}tag: 0\.9\.0\n/);
    expect(said).toMatch(new RegExp(`\\+ \\d+: {3}tag: ${VERSION}\n`));
    expect(said).toContain('customer-orders-batch: new');
    expect(said).toContain(`would push registry.example/customer-orders/stage:${VERSION}`);
    expect(said).toContain('Nothing was written. 4 flows');
    expect(dockerCalls().filter((call) => !call.startsWith('image inspect'))).toEqual([]);
  });

  it('puts the namespace and the registry into every flow, and pushes before it updates', async () => {
    const { code } = await deploy(['--namespace', 'acme.orders', '--registry', 'registry.example:5000/team']);
    expect(code).toBe(0);
    for (const id of IDS) {
      const source = kestra.latest(id, 'acme.orders') ?? '';
      expect(source).toContain('namespace: acme.orders\n');
      expect(source.match(/containerImage: "(?!registry\.example:5000\/team\/customer-orders\/)/)).toBeNull();
      expect(source.replaceAll('registry.example:5000/team/', '').replace('acme.orders', 'company.team')).toBe(
        flowText(id),
      );
    }
    const image = `registry.example:5000/team/customer-orders/push:${VERSION}`;
    expect(dockerCalls().filter((call) => call.includes('/push:'))).toEqual([
      `image inspect customer-orders/push:${VERSION}`,
      `tag customer-orders/push:${VERSION} ${image}`,
      `push --quiet ${image}`,
      `manifest inspect ${image}`,
    ]);
  });

  it.each([1, 2, 3, 4])('finishes when run again after a kill at write %d', async (killedAt) => {
    kestra.beforeWrite = (count) => {
      if (count === killedAt) child.kill('SIGKILL');
      return count !== killedAt;
    };
    expect((await deploy()).code).toBeNull();
    expect(kestra.flows.size).toBe(killedAt - 1);
    expect((await deploy()).code).toBe(0);
    expect(IDS.map((id) => kestra.flows.get(`company.team/${id}`))).toEqual(IDS.map((id) => [flowText(id)]));
  });

  it("goes back to the server's own revision of a version, including registry and namespace", async () => {
    const earlier = (id: string): string =>
      flowText(id)
        .replace(`tag: ${VERSION}`, 'tag: 0.9.0')
        .replaceAll('"customer-orders/', '"old.example/customer-orders/');
    for (const id of IDS) kestra.flows.set(`company.team/${id}`, ['tag: 0.8.0', earlier(id), flowText(id)]);
    expect((await deploy(['--to', '0.9.0'])).code).toBe(0);
    expect(IDS.map((id) => kestra.latest(id))).toEqual(IDS.map(earlier));
    expect(dockerCalls()).toEqual(TASKS.map((task) => `manifest inspect old.example/customer-orders/${task}:0.9.0`));
  });

  it('leaves a flow switched off if somebody has switched it off', async () => {
    kestra.flows.set('company.team/customer-orders', [`${flowText('customer-orders')}\ndisabled: true`]);
    kestra.flows.set('company.team/customer-orders-batch', [`${flowText('customer-orders-batch')}\ndisabled: false\n`]);
    const { code, said } = await deploy();
    expect(code).toBe(0);
    expect(said).toContain('customer-orders: changes from revision 1, switched off on the server and left so');
    expect(kestra.latest('customer-orders')).toBe(`${flowText('customer-orders')}disabled: true\n`);
    expect(kestra.latest('customer-orders-batch')).toBe(flowText('customer-orders-batch'));
  });
});

describe('npm run deploy refuses, and writes nothing,', () => {
  it.each<[string, () => void, string]>([
    [
      'a flow the server does not accept',
      () => {
        kestra.constraints = (source) =>
          source.includes('id: customer-orders-batch\n') ? 'Invalid type: x\n' : undefined;
      },
      'The server does not accept customer-orders-batch: Invalid type: x. Nothing was written.',
    ],
    [
      'a server that is open to everybody',
      () => {
        kestra.configs = { version: '2.0.8', isBasicAuthInitialized: false };
      },
      'has no log-in yet',
    ],
    [
      'a server before 2.0',
      () => {
        kestra.configs = { version: '1.3.44', isBasicAuthInitialized: true };
      },
      'is Kestra 1.3.44; the flows are written for 2.0',
    ],
    [
      'something else than Kestra',
      () => {
        kestra.instead = () => [404];
      },
      'is not a Kestra server',
    ],
    [
      'an answer of another form',
      () => {
        kestra.instead = () => [200, ['hello']];
      },
      'in a form other than that of Kestra 2.0',
    ],
    [
      'a redirection',
      () => {
        kestra.instead = () => [302];
      },
      'Give that one to --kestra',
    ],
    [
      'a user without the right',
      () => {
        kestra.instead = (call) => (call.endsWith('validate') ? [403] : undefined);
      },
      'Give the user the permission',
    ],
    [
      'flows that run in another namespace',
      () => {
        kestra.flows.set('other.team/customer-orders', ['x']);
      },
      'Deploy to --namespace other.team, or delete that one first',
    ],
  ])('%s: exit code 2, one sentence', async (_, prepare, message) => {
    prepare();
    const { code, wrong } = await deploy();
    expect([code, kestra.writes]).toEqual([2, []]);
    expect(wrong).toContain(message);
    expect(wrong.trim().split('\n')).toHaveLength(1);
  });

  it.each<[string, string[], Record<string, string>, string]>([
    [
      'a wrong password',
      [],
      { KESTRA_PASSWORD: 'Wrong1234' },
      'refuses the log-in. Check KESTRA_USER and KESTRA_PASSWORD',
    ],
    ['no user', [], { KESTRA_USER: '' }, 'KESTRA_USER is not set'],
    ['no password', [], { KESTRA_PASSWORD: '' }, 'Set one of KESTRA_PASSWORD and KESTRA_PASSWORD_FILE'],
    [
      'a password in a missing file',
      [],
      { KESTRA_PASSWORD: '', KESTRA_PASSWORD_FILE: '/no/such' },
      '/no/such cannot be read',
    ],
    [
      'a missing image',
      [],
      { MISSING: 'customer-orders/stage' },
      `The Docker engine lacks customer-orders/stage:${VERSION}. Run npm run images where the workers run`,
    ],
    ['a version the server never had', ['--to', '0.1.0'], {}, 'Check out v0.1.0 and deploy it from there'],
    ['a registry together with --to', ['--to', '0.1.0', '--registry', 'r.example'], {}, 'does not go with --to'],
    ['an invalid namespace', ['--namespace', 'Company Team'], {}, 'must be a namespace'],
  ])('%s: exit code 2', async (_, words, env, message) => {
    const { code, said, wrong } = await deploy(words, env);
    expect([code, kestra.writes]).toEqual([2, []]);
    expect(wrong).toContain(message);
    expect(said + wrong).not.toMatch(/Admin1234|Wrong1234/);
  });

  it('an address that contains the log-in, without repeating it', async () => {
    url = 'http://admin:Secret1@kestra.example';
    const { code, wrong } = await deploy();
    expect(code).toBe(2);
    expect(wrong).toContain('must not hold the log-in');
    expect(wrong).not.toContain('Secret1');
  });
});

describe('npm run deploy asks to be run again', () => {
  it.each<[string, () => void, string]>([
    [
      'the server keeps something else',
      () => {
        kestra.keeps = (source) => source.replace('PT30M', 'PT31M');
      },
      'The server does not have what was sent of customer-orders-archive, customer-orders-batch, customer-orders-maintenance, customer-orders',
    ],
    [
      'the server is busy',
      () => {
        kestra.instead = (call) => (call.startsWith('POST /flows') && !call.endsWith('validate') ? [503] : undefined);
      },
      'answers 503 to POST /api/v1/main/flows',
    ],
    [
      'a flow is deleted meanwhile',
      () => {
        kestra.flows.set('company.team/customer-orders', ['old']);
        kestra.instead = (call) => (call.startsWith('PUT') ? [404] : undefined);
      },
      'company.team.customer-orders was deleted on the server meanwhile',
    ],
  ])('when %s: exit code 1', async (_, prepare, message) => {
    prepare();
    const { code, wrong } = await deploy();
    expect(code).toBe(1);
    expect(wrong).toContain(message);
  });

  it('when nobody answers: exit code 1', async () => {
    await kestra.stop();
    const { code, wrong } = await deploy();
    expect(code).toBe(1);
    expect(wrong).toContain('gives no answer');
    await kestra.start();
  });

  it('when an image cannot be pushed, before any flow is changed: exit code 1, with the message of docker', async () => {
    const { code, wrong } = await deploy(['--registry', 'r.example'], { FAILING: 'push --quiet' });
    expect([code, kestra.writes]).toEqual([1, []]);
    expect(wrong).toContain(
      `r.example/customer-orders/archive:${VERSION} could not be pushed: no basic auth credentials.`,
    );
  });

  it('reads the password from a file', async () => {
    writeFileSync(join(folder, 'password'), `${LOG_IN.KESTRA_PASSWORD}\n`);
    expect(
      (await deploy(['--dry-run'], { KESTRA_PASSWORD: '', KESTRA_PASSWORD_FILE: join(folder, 'password') })).code,
    ).toBe(0);
  });
});
