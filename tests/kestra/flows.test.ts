import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RECEIVERS } from '../helpers/receivers.js';
import { Engine } from './engine.js';
import { EVERYBODY, FLOWS, flowText, oneCustomer, standInText, TAG_LINE, variant } from './flow-files.js';
import { describeWith } from './machine.js';
import { type Answer, buildStandIns, Players } from './players.js';
import { type Execution, errorsOf, steps } from './views.js';

const BATCHES = [
  { batchId: '11111111-1111-5111-8111-111111111111', customer: 'SMALL', lines: 1 },
  { batchId: '22222222-2222-5222-8222-222222222222', customer: "B, INC (X) O'HOOD", lines: 20 },
  { batchId: '33333333-3333-5333-8333-333333333333', customer: 'LARGE', lines: 300 },
] as const;
const [SMALL, ODD, LARGE] = BATCHES;
const RUN = '99999999-9999-4999-8999-999999999999';
const ALL_STEPS = ['stage', 'push', 'promote', 'archive'];

const detect = (): Answer => ({ outputs: { runId: RUN, customers: [], braked: [], busy: [] } });
const batch = (): Answer => ({ outputs: { count: 3, batches: BATCHES, superseded: [] } });
const nothing = (): Answer => ({ outputs: { count: 0, batches: [], superseded: [] } });

describeWith(['docker', 'jdk', 'maven'], 'flows on a Kestra engine, with tasks that the test plays', () => {
  const players = new Players();
  let engine: Engine;

  beforeAll(async () => {
    const url = await players.listen();
    await buildStandIns();
    engine = new Engine({
      secrets: {
        WAREHOUSE_URL: url,
        ARCHIVE_URL: 'postgres://archive',
        MONDAY_API_TOKEN: 'top-secret',
        ALERT_URL: `${url}/alert`,
      },
      envs: { DOCKER_NETWORK: 'host', MONDAY_BOARD_ID: '4711', MONDAY_TIMEOUT_MS: '4000' },
    });
    await engine.start();
    for (const flow of FLOWS) await engine.load(standInText(flow));
  }, 400_000);

  afterAll(async () => {
    players.close();
    await engine.close();
  });

  /** What the red bar of an execution says: the error that was logged last. */
  function barOf(execution: Execution): string | undefined {
    return execution.logs.filter(({ level }) => level === 'ERROR').at(-1)?.message;
  }

  /** The whole body of the alert of a run that ended so for this reason. */
  function alertOf({ id, state }: Execution, flow: string, reason: string) {
    const link = `http://localhost:8080/ui/main/executions/company.team/${flow}/${id}`;
    return { flow, execution: id, state, reason, text: `${flow} ended ${state}. ${reason} ${link}`, link };
  }

  /** The id of the first run of customer-orders after so many. */
  async function nextRun(before: number): Promise<string> {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) {
      const next = (await engine.list('customer-orders'))[before];
      if (next) return next.id;
    }
    throw new Error('no run of customer-orders has begun');
  }

  /** The steps called for a batch, in order. */
  function stepsOf(batchId: string): string[] {
    return players.order.filter((call) => call.endsWith(batchId)).map((call) => call.split(' ')[0] ?? '');
  }

  it.each(FLOWS)('%s is valid, without a warning', async (flow) => {
    expect(await engine.validate(flow, flowText(flow))).toEqual({ errors: '', warnings: [], deprecated: [] });
  });

  it('a flow with a property that the Docker task does not have is refused', async () => {
    const text = variant(flowText('customer-orders-batch'), { 'networkMode:': 'network:' });
    expect((await engine.validate('bad', text)).errors).toContain('network');
  });

  it('customer-orders runs every batch through its steps in order, each with its labels', async () => {
    players.play({
      detect: () => ({ ...detect(), metrics: [{ name: 'lines_new', type: 'counter', value: 321 }] }),
      batch,
    });
    const run = await engine.run('customer-orders', EVERYBODY);
    expect(run.state).toBe('SUCCESS');
    for (const { batchId } of BATCHES) expect(stepsOf(batchId)).toEqual(ALL_STEPS);
    expect(players.order.slice(-2)).toEqual(['batch watch', 'batch report']);
    expect(players.calls[0]?.argv).toEqual(['--run-key', run.id, '--method', 'hash']);
    expect(players.calls[1]?.argv).toEqual(['--run-id', RUN]);
    expect(run.metrics).toContainEqual({ task: 'detect', name: 'lines_new', value: 321 });
    const children = (await engine.list('customer-orders-batch')).slice(-3);
    const child = await engine.get(children[0]?.id ?? '');
    expect(child?.outputs?.['parent_run']).toBe(
      `http://localhost:8080/ui/main/executions/company.team/customer-orders/${run.id}`,
    );
    expect(children.map(({ state, labels }) => ({ state, ...labels }))).toEqual(
      expect.arrayContaining(
        BATCHES.map(({ customer }) => expect.objectContaining({ state: 'SUCCESS', customer, run: RUN })),
      ),
    );
    expect(players.alerts).toEqual([]);
  });

  it('while one customer is pushed, the others go on up to their own push', async () => {
    const others = BATCHES.slice(1);
    let release = (): void => undefined;
    const pushed = new Promise<void>((resolve) => {
      release = resolve;
    });
    players.play({
      detect,
      batch,
      push: async ({ argv }) => {
        if (argv[1] === SMALL.batchId) await pushed;
        return {};
      },
      promote: ({ argv }) => {
        if (others.every(({ batchId }) => players.order.includes(`promote ${batchId}`)) && argv[1] !== SMALL.batchId)
          release();
        return {};
      },
    });
    const run = await engine.run('customer-orders', EVERYBODY);
    expect(run.state).toBe('SUCCESS');
    const promoted = players.order.filter((call) => call.startsWith('promote'));
    expect(promoted.at(-1)).toBe(`promote ${SMALL.batchId}`);
  });

  it('customer-orders passes every input to detect and batch, with apostrophes and commas in names intact', async () => {
    players.play({ detect: () => ({ outputs: { customers: [ODD.customer, 'GREYSON CLOTHIERS', 'TITLE 9'] } }) });
    await engine.run('customer-orders-archive');
    players.play({ detect, batch: nothing });
    const run = await engine.run('customer-orders', {
      scope: 'chosen customers',
      chosen: [ODD.customer, 'GREYSON CLOTHIERS'],
      other_name: 'New, INC',
      mode: 'only say what would be sent',
      method: 'fields',
      allow_large_change: true,
      confirm_deletes: true,
      full: true,
      retry_failed: true,
    });
    expect(run.state).toBe('SUCCESS');
    const names = ['--customer', ODD.customer, '--customer', 'GREYSON CLOTHIERS', '--customer', 'New, INC'];
    const flags = ['--dry-run', '--allow-large-change', '--confirm-deletes', '--full'];
    expect(players.argvOf('detect')).toEqual([['--run-key', run.id, '--method', 'fields', ...names, ...flags]]);
    expect(players.argvOf('batch')).toEqual([
      ['--run-id', RUN, '--retry-failed'],
      [
        ...['watch', '--run-id', RUN],
        ...['--link', `http://localhost:8080/ui/main/executions/company.team/customer-orders/${run.id}`],
      ],
      ['report', '--run-id', RUN, '--hand-over'],
    ]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no input is given', {}, 'Choose a customer'],
    ['nobody is chosen', { scope: 'chosen customers', chosen: [] }, 'Choose a customer'],
    ['the other name is empty', { scope: 'chosen customers', other_name: '' }, 'Choose a customer'],
    ['a name is not in the list', { scope: 'chosen customers', chosen: ['grey'] }, 'chosen'],
    [
      'a large change is allowed for everybody',
      { ...EVERYBODY, allow_large_change: true },
      'Allow a large change only',
    ],
    ['deletes are confirmed for everybody', { ...EVERYBODY, confirm_deletes: true }, 'Confirm deletes only'],
    ['the scope is an unknown word', { scope: 'all' }, 'scope'],
  ])('customer-orders starts nothing when %s', async (_, inputs, message) => {
    players.play({ detect, batch });
    await expect(engine.run('customer-orders', inputs)).rejects.toThrow(message);
    expect(players.calls).toEqual([]);
  });

  it('customer-orders warns before it starts every customer, and only then', async () => {
    players.play({ detect, batch: nothing });
    expect(await engine.warningsOf('customer-orders', EVERYBODY)).toEqual(['This starts every customer.']);
    const chosen = { scope: 'chosen customers', other_name: 'TITLE 9' };
    expect(await engine.warningsOf('customer-orders', chosen)).toEqual([]);
  });

  it('customer-orders without a checked scope gives detect a name that it refuses, never everybody', async () => {
    await engine.load(standInText('customer-orders').replace(/^checks:\n(?: .*\n)+/m, ''));
    players.play({ detect: () => ({ exitCode: 2, log: '--customer must not be empty' }) });
    const run = await engine.run('customer-orders', { scope: 'chosen customers' });
    await engine.load(standInText('customer-orders'));
    expect([run.state, players.argvOf('detect')]).toEqual([
      'FAILED',
      [['--run-key', run.id, '--method', 'hash', '--customer', '']],
    ]);
  });

  it('a task gets its settings from the environment, and row errors show in its counts only', async () => {
    players.play({});
    await engine.run('customer-orders-batch', { batch_id: SMALL.batchId, max_minutes: 7 });
    const push = players.calls.find(({ task }) => task === 'push');
    expect(push?.argv).toEqual(['--batch-id', SMALL.batchId, '--max-minutes', '7']);
    expect(push?.env).toMatchObject({
      MONDAY_BOARD_ID: '4711',
      LOCK_WAIT: '10m',
      ROW_ERRORS_EXIT: '0',
      MONDAY_API_URL: '',
      LOG_FORMAT: 'kestra',
      MONDAY_TIMEOUT_MS: '4000',
    });
    expect(players.calls.filter(({ env }) => 'MONDAY_API_TOKEN' in env).map(({ task }) => task)).toEqual(['push']);
  });

  it('a failed push affects only its customer, and a Restart finishes it without repeating earlier steps', async () => {
    let fault = true;
    players.play({
      detect,
      batch,
      push: ({ argv }) =>
        fault && argv[1] === ODD.batchId
          ? { exitCode: 1, log: 'the board is away', outputs: { error: 'The board is away.' } }
          : {},
    });
    const run = await engine.run('customer-orders', EVERYBODY);
    expect(run.state).toBe('WARNING');
    expect(errorsOf(run)).toContain(`Not fully done. Failed: ${ODD.customer} (The board is away.)`);
    for (const { batchId } of [SMALL, LARGE]) expect(stepsOf(batchId)).toEqual(ALL_STEPS);
    expect(stepsOf(ODD.batchId)).toEqual(['stage', 'push']);
    expect(players.order.slice(-2)).toEqual(['batch watch', 'batch report']);
    expect(players.alerts).toEqual([
      alertOf(run, 'customer-orders', `Not fully done. Failed: ${ODD.customer} (The board is away.).`),
    ]);
    const child = (await engine.list('customer-orders-batch')).findLast(({ state }) => state === 'FAILED');
    expect(child?.labels['customer']).toBe(ODD.customer);
    const page = engine.file(run.outputs?.['page']);
    expect(page).toContain(
      `| ${ODD.customer} | FAILED | The board is away. | [open its run](http://localhost:8080/ui/`,
    );
    expect(page.match(/\/ui\/main\/executions\/company\.team\/customer-orders-batch\/\w+\/logs\) \|$/gm)).toHaveLength(
      3,
    );

    players.calls.length = 0;
    const still = await engine.restart(child?.id ?? '');
    expect([still.state, ...players.order]).toEqual(['FAILED', `push ${ODD.batchId}`]);
    expect(errorsOf(still)).toContain('the board is away');
    expect(barOf(still)).toBe('The board is away.');

    fault = false;
    players.calls.length = 0;
    const done = await engine.restart(child?.id ?? '');
    expect(done.state).toBe('SUCCESS');
    expect(players.order).toEqual(['push', 'promote', 'archive'].map((step) => `${step} ${ODD.batchId}`));
  });

  it('a batch in progress keeps its revision when flows are deployed, and the next batches use the new one', async () => {
    const pushFor = (minutes: string): string => `"--max-minutes", "${minutes}"`;
    const fresh = variant(standInText('customer-orders-batch'), {
      [pushFor('{{ inputs.max_minutes }}')]: pushFor('9'),
    });
    const batches = ['1', '2', '3', '4', '5'].map((n) => ({ ...SMALL, batchId: SMALL.batchId.replaceAll('1', n) }));
    const last = batches.at(-1)?.batchId;
    let deployed: Promise<void> | undefined;
    players.play({
      detect,
      batch: () => ({ outputs: { batches } }),
      // Four are in progress at a time, the last waits for one of them.
      stage: async ({ argv }) => {
        if (argv[1] === last) return {};
        while (players.argvOf('stage').length < batches.length - 1) await sleep(50);
        deployed ??= engine.load(fresh);
        await deployed;
        return {};
      },
    });
    const run = await engine.run('customer-orders', EVERYBODY);
    await engine.load(standInText('customer-orders-batch'));
    expect(run.state).toBe('SUCCESS');
    const minutes = new Map(players.argvOf('push').map(([, id, , given]) => [id, given]));
    expect(batches.map(({ batchId }) => minutes.get(batchId))).toEqual(['60', '60', '60', '60', '9']);
  });

  it('a batch can be replayed from any step, and one step can run alone', async () => {
    players.play({});
    const first = await engine.run('customer-orders-batch', { batch_id: SMALL.batchId });
    for (const [from, expected] of [
      ['stage', ALL_STEPS],
      ['push', ['push', 'promote', 'archive']],
    ] as const) {
      players.calls.length = 0;
      expect((await engine.replay(first.id, from)).state).toBe('SUCCESS');
      expect(players.calls.map(({ task }) => task)).toEqual(expected);
    }
    players.calls.length = 0;
    const alone = await engine.run('customer-orders-batch', { batch_id: SMALL.batchId, only: 'push' });
    expect(alone.state).toBe('SUCCESS');
    expect(players.calls.map(({ task }) => task)).toEqual(['push']);
    expect(steps(alone)).toContain('stage=SKIPPED');

    players.play({ promote: () => ({ outputs: { status: 'PARTIAL', promoted: 0, failed: 0 } }) });
    const early = await engine.run('customer-orders-batch', { batch_id: SMALL.batchId, only: 'promote' });
    expect(early.state).toBe('WARNING');
    expect(early.outputs?.['reason']).toBe('not all of it is on the board, run push');
  });

  it('a batch ends WARNING with the reason when lines were refused, push stopped early, or a newer run took over', async () => {
    players.play({
      detect,
      batch,
      stage: ({ argv }) =>
        argv[1] === LARGE.batchId
          ? { outputs: { status: 'SUPERSEDED', supersededBy: 'R2' } }
          : { outputs: { newFailures: 1 } },
      push: ({ argv }) =>
        argv[1] === ODD.batchId ? { outputs: { status: 'PARTIAL', pending: 12, newFailures: 1 } } : {},
    });
    const run = await engine.run('customer-orders', EVERYBODY);
    expect(run.state).toBe('WARNING');
    expect(run.outputs?.['not_done']).toBe(
      [
        `Partly done, 3: ${ODD.customer} (2 newly refused, see its report; stopped at the time limit, 12 pending)`,
        'LARGE (superseded by run R2)',
        'SMALL (1 newly refused, see its report)',
      ].join('; '),
    );
    expect(players.calls).toHaveLength(16);
    expect(players.alerts).toHaveLength(1);
  });

  it('refused lines are listed in a page and a CSV, in which external text is never an expression', async () => {
    const refused = (line: string) => ({
      newFailures: 1,
      refusedTable: `| ${line} | S | REQUIRED | Fill it in. |  |\n`,
      refusedCsv: `SMALL,${line},,,S,REQUIRED,Fill it in.,\r\n`,
    });
    const odd = "{{ secret('MONDAY_API_TOKEN') }} {% raw %}";
    const logs = ['ERROR', 'WARN', 'INFO', 'DEBUG'].map((level) => ({ level, message: `Told as ${level}.` }));
    players.play({
      stage: () => ({ outputs: refused('A1'), logs }),
      push: () => ({ outputs: refused(odd) }),
    });
    const run = await engine.run('customer-orders-batch', { batch_id: SMALL.batchId });
    expect([run.state, run.outputs?.['parent_run']]).toEqual(['WARNING', '']);
    expect(run.logs).toEqual(expect.arrayContaining(logs.map((each) => ({ ...each, task: 'stage' }))));
    expect(engine.file(run.outputs?.['report'])).toContain(
      `|---|---|---|---|---|\n| A1 | S | REQUIRED | Fill it in. |  |\n| ${odd} | S | REQUIRED | Fill it in. |  |\n`,
    );
    expect(engine.file(run.outputs?.['refused'])).toBe(
      `customer,line,line_key,size,column,reason,message,request_id\r\nSMALL,A1,,,S,REQUIRED,Fill it in.,\r\nSMALL,${odd},,,S,REQUIRED,Fill it in.,\r\n`,
    );
    expect(players.alerts).toHaveLength(1);
  });

  it('the reason counts customers that failed for the same cause, and names the first of them', async () => {
    const batches = Array.from({ length: 7 }, (_, n) => ({ ...SMALL, customer: `C${n}` }));
    players.play({
      detect,
      batch: () => ({ outputs: { batches } }),
      stage: () => ({ exitCode: 2, outputs: { error: 'The token was refused.' } }),
    });
    const run = await engine.run('customer-orders', EVERYBODY);
    expect(run.outputs?.['not_done']).toBe('Failed, 7: C0; C1; C2; C3; C4 and 2 more (The token was refused.)');
  });

  it.each([
    ['Slack', 'chat', RECEIVERS.slack],
    ['Google Chat', 'chat', RECEIVERS.googleChat],
    ['a Teams workflow', 'teams', RECEIVERS.teams],
  ] as const)('an alert is accepted by %s, however long it is and whatever it contains', async (_, format, schema) => {
    const flow = variant(standInText('customer-orders-batch'), { "(envs.alert_format ?? '')": `'${format}'` });
    await engine.load(flow);
    const error = `<!channel> "{{ secret('MONDAY_API_TOKEN') }}" was refused. ${'W'.repeat(5_000)}`;
    players.play({ push: () => ({ exitCode: 2, outputs: { error } }) });
    const run = await engine.run('customer-orders-batch', { batch_id: SMALL.batchId });
    await engine.load(standInText('customer-orders-batch'));
    expect(players.alerts.map((alert) => schema.safeParse(alert).error)).toEqual([undefined]);
    const told = JSON.stringify(players.alerts);
    expect(told).toContain('customer-orders-batch ended FAILED. ‹!channel› \\"{{ secret(');
    expect(told).toContain(`http://localhost:8080/ui/main/executions/company.team/customer-orders-batch/${run.id}`);
  });

  it('customer-orders names customers that were braked, restored or busy, and rows that were left out', async () => {
    const braked = [
      { customer: 'GREYSON', reason: 'CHANGES', known: 60, changed: 50, deleted: 0 },
      { customer: 'SMALL', reason: 'RESTORED' },
    ];
    players.play({ detect: () => ({ outputs: { runId: RUN, braked, busy: ['LARGE'], unsound: 3 } }), batch: nothing });
    const run = await engine.run('customer-orders', EVERYBODY);
    const named =
      'Braked, 2: GREYSON (50 changed, 0 deleted of 60 lines); SMALL (restored). Left out for want of a uuid of their own: 3 rows of the source. Busy: LARGE';
    expect([run.state, run.outputs?.['not_done']]).toEqual(['WARNING', named]);
    expect(engine.file(run.outputs?.['page'])).toContain(
      [
        '| GREYSON | BRAKED | 50 changed, 0 deleted of 60 lines | look at it, then *Allow a large change* |',
        '| SMALL | BRAKED | restored from an archive | look at it, then *Allow a large change* |',
        '| LARGE | BUSY | another run was working on it | the next run takes it up |',
      ].join('\n'),
    );
  });

  it('customer-orders ends green when nothing has changed', async () => {
    players.play({ detect, batch: nothing });
    const run = await engine.run('customer-orders', EVERYBODY);
    expect([run.state, ...players.order]).toEqual([
      'SUCCESS',
      `detect ${run.id}`,
      `batch ${RUN}`,
      'batch watch',
      'batch report',
    ]);
    const page = engine.file(run.outputs?.['page']);
    expect(page).toContain('Every customer with changes is done.');
    expect(page).toContain('No batch was made.');
    expect(page).not.toContain('| Customer |');
  });

  it('the page of a dry run says that nothing was written, and how many lines are held back', async () => {
    players.play({ detect, batch: () => ({ outputs: { count: 0, batches: [], superseded: [], heldBack: 2 } }) });
    const run = await engine.run('customer-orders', { ...EVERYBODY, mode: 'only say what would be sent' });
    const page = engine.file(run.outputs?.['page']);
    expect(page).toContain('A dry run: nothing was written.');
    expect(page).not.toContain('is done');
    expect(page).toContain('Lines held back: 2. ');
  });

  it('a flow fails with the first sentence of a task that refuses its flags', async () => {
    players.play({ detect: () => ({ exitCode: 2, log: 'There is no customer NOBODY.' }) });
    const run = await engine.run('customer-orders', oneCustomer('NOBODY'));
    expect([run.state, ...players.order]).toEqual(['FAILED', `detect ${run.id}`]);
    expect(errorsOf(run)).toContain('There is no customer NOBODY.');
    expect(players.alerts).toEqual([
      expect.objectContaining({ state: 'FAILED', reason: 'In detect: There is no customer NOBODY.' }),
    ]);
    expect(barOf(run)).toBe('In detect: There is no customer NOBODY.');
  });

  it('customer-orders-batch starts nothing for a malformed batch id or an unknown step', async () => {
    await expect(engine.run('customer-orders-batch', { batch_id: 'not-an-id' })).rejects.toThrow('batch_id');
    await expect(engine.run('customer-orders-batch', { batch_id: SMALL.batchId, only: 'detect' })).rejects.toThrow(
      'only',
    );
    await expect(engine.run('customer-orders', { ...EVERYBODY, max_minutes: 0 })).rejects.toThrow('max_minutes');
  });

  it('a flow says which secret is missing', async () => {
    await engine.load(
      variant(standInText('customer-orders-batch'), { "secret('WAREHOUSE_URL')": "secret('NOT_SET')" }),
    );
    const run = await engine.run('customer-orders-batch', { batch_id: SMALL.batchId });
    await engine.load(standInText('customer-orders-batch'));
    expect(run.state).toBe('FAILED');
    expect(errorsOf(run)).toContain('NOT_SET');
  });

  it('a flow never prints a secret', async () => {
    players.play({ push: ({ env }) => ({ exitCode: 1, log: `token is ${env['MONDAY_API_TOKEN']}` }) });
    const run = await engine.run('customer-orders-batch', { batch_id: SMALL.batchId });
    expect(run.state).toBe('FAILED');
    expect(JSON.stringify(run)).not.toContain('top-secret');
  });

  it('a push that exceeds its timeout is ended, and a Restart finishes it', async () => {
    await engine.load(
      variant(standInText('customer-orders-batch'), {
        'PT{{ 4 * inputs.max_minutes + 5 * vars.lock_wait_minutes + 2 }}M': 'PT{{ inputs.max_minutes + 4 }}S',
      }),
    );
    let hang = true;
    players.play({ push: () => (hang ? new Promise<Answer>(() => {}) : {}) });
    const run = await engine.run('customer-orders-batch', { batch_id: SMALL.batchId, max_minutes: 1 });
    expect(run.state).toBe('FAILED');
    expect(errorsOf(run)).toContain('Timeout after 00:00:05');
    hang = false;
    players.calls.length = 0;
    expect((await engine.restart(run.id)).state).toBe('SUCCESS');
    expect(players.calls.map(({ task }) => task)).toEqual(['push', 'promote', 'archive']);
    await engine.load(standInText('customer-orders-batch'));
  });

  it('customer-orders-archive archives every customer daily, refreshes the list of customers, and prunes', async () => {
    players.play({
      detect: () => ({ outputs: { customers: ['SMALL', ODD.customer] } }),
      archive: ({ argv }) => (argv[1] === 'SMALL' ? { exitCode: 1, outputs: { error: 'The archive is away.' } } : {}),
    });
    const run = await engine.run('customer-orders-archive');
    expect(run.state).toBe('WARNING');
    expect(errorsOf(run)).toContain('Not archived: SMALL (The archive is away.)');
    expect(players.alerts).toEqual([
      alertOf(run, 'customer-orders-archive', 'Not archived: SMALL (The archive is away.).'),
    ]);
    expect(players.calls.map(({ argv }) => argv)).toEqual([
      ['--list-customers'],
      ['--customer', 'SMALL'],
      ['--customer', ODD.customer],
      ['prune'],
    ]);
  });

  it('customer-orders-maintenance audits and prunes weekly even when doctor has findings, and posts the numbers of both', async () => {
    players.play({
      doctor: () => ({ exitCode: 2, outputs: { findings: 3, errors: 1, warnings: 2 } }),
      push: () => ({ exitCode: 3, outputs: { missing: 0, differing: 2, edited: 1, foreign: 4 } }),
    });
    const run = await engine.run('customer-orders-maintenance');
    expect([run.state, ...steps(run).slice(0, 3)]).toEqual([
      'WARNING',
      'doctor=WARNING',
      'audit=WARNING',
      'prune=SUCCESS',
    ]);
    const reason =
      'Findings of doctor: 3. Findings of the audit: 2 differing, 1 edited. The log of the step says what to do.';
    expect(players.alerts).toEqual([alertOf(run, 'customer-orders-maintenance', reason)]);
  });

  it('customer-orders-maintenance posts the sentence of a doctor that could not check', async () => {
    players.play({ doctor: () => ({ exitCode: 1, outputs: { error: 'The database is away.' } }) });
    const run = await engine.run('customer-orders-maintenance');
    const reason = 'The database is away. The log of the step says what to do.';
    expect(players.alerts).toEqual([alertOf(run, 'customer-orders-maintenance', reason)]);
  });

  it.each([
    ['customer-orders', 'detect', EVERYBODY],
    ['customer-orders-batch', 'stage', { batch_id: SMALL.batchId }],
    ['customer-orders-archive', 'detect', {}],
    ['customer-orders-maintenance', 'archive', {}],
  ] as const)(
    '%s posts one alert when it ends red, with the sentence of %s and without secrets',
    async (flow, task, inputs) => {
      players.play({ [task]: () => ({ exitCode: 1, outputs: { error: 'The database is away.' } }) });
      const run = await engine.run(flow, inputs);
      expect(players.alerts).toEqual([alertOf(run, flow, 'The database is away.')]);
      expect(run.state).toBe('FAILED');
      expect(barOf(run)).toBe('The database is away.');
      expect(JSON.stringify([run, players.alerts])).not.toMatch(/top-secret|postgres:\/\/archive/);
    },
  );

  it('a run that lasts longer than its SLA is marked, but not stopped', async () => {
    await engine.load(variant(standInText('customer-orders-batch'), { 'duration: PT30M': 'duration: PT1S' }));
    players.play({ push: () => sleep(2_000, {}) });
    const run = await engine.run('customer-orders-batch', { batch_id: SMALL.batchId });
    await engine.load(standInText('customer-orders-batch'));
    expect([run.state, run.labels['slow']]).toEqual(['SUCCESS', 'over-30-minutes']);
    const quick = await engine.run('customer-orders-batch', { batch_id: SMALL.batchId });
    expect([quick.state, quick.labels['slow']]).toEqual(['SUCCESS', undefined]);
  });

  it('the schedule starts a run when its time comes', async () => {
    players.play({ detect, batch: nothing });
    const before = (await engine.list('customer-orders')).length;
    const everyTenSeconds = 'cron: "*/10 * * * * *"\n    withSeconds: true';
    await engine.load(
      variant(flowText('customer-orders'), { [TAG_LINE]: 'tag: stand-in', 'cron: "0 */4 * * *"': everyTenSeconds }),
    );
    const run = await engine.wait(await nextRun(before));
    await engine.load(standInText('customer-orders'));
    expect([run.trigger, run.state]).toEqual(['every_four_hours', 'SUCCESS']);
    expect(players.argvOf('detect')[0]).toEqual(['--run-key', run.id, '--method', 'hash']);
  });

  it('a backfill runs the times that it names', async () => {
    players.play({ detect, batch: nothing });
    await engine.load(flowText('customer-orders').replace(TAG_LINE, 'tag: stand-in'));
    const before = (await engine.list('customer-orders')).length;
    const slot = new Date(Math.floor(Date.now() / 14_400_000) * 14_400_000);
    const around = (ms: number): string => new Date(slot.getTime() + ms).toISOString();
    await sleep(2_000);
    await engine.backfill('customer-orders', 'every_four_hours', around(-60_000), around(60_000));
    const run = await engine.wait(await nextRun(before));
    expect([run.trigger, run.state]).toEqual(['every_four_hours', 'SUCCESS']);
    await engine.load(standInText('customer-orders'));
  });

  it('a push whose engine was killed is finished, although two containers ran', async () => {
    let release: (answer: Answer) => void = () => {};
    let pushes = 0;
    players.play({ push: () => (++pushes === 1 ? new Promise<Answer>((resolve) => (release = resolve)) : {}) });
    const id = await engine.begin('customer-orders-batch', { batch_id: SMALL.batchId });
    while (pushes === 0) await sleep(100);
    await engine.kill();
    await engine.start();
    const run = await engine.wait(id);
    release({});
    expect(run.state).toBe('SUCCESS');
    expect(pushes).toBeGreaterThan(1);
    // The engine may repeat other steps as well, and, where the machine is busy, more than once; but in their order.
    const order = players.calls.map(({ task }) => task);
    const distinct = order.filter((task, at) => task !== order[at - 1]);
    expect(distinct.slice(-3)).toEqual(['push', 'promote', 'archive']);
  });
});
