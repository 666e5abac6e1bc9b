import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TaskError } from '../../../shared/ground/errors.js';
import { KNOWN_FAILURES } from '../../../shared/monday/failure-codes.js';
import { insertLines, line, sql, uuid } from '../../helpers/warehouse.js';
import {
  json,
  type Reply,
  type ScriptedServer,
  startScriptedServer,
  text,
} from '../../shared/monday/scripted-server.js';
import { Pushing } from './pushing.js';

const RUNS = Number(process.env['ANSWER_RUNS'] ?? 8);
const MOST_SENDS = 5;
const TABLES = ['MON_Ledger', 'MON_Request', 'MON_Label', 'ORDERS_UNIFIED_SNAPSHOT', 'ERR_MON_CustMasterSchedule'];
const LOAD = [1, 2, 3].map((n) => ({ line: n, change: 'NEW' as const }));

let pushing: Pushing;
let server: ScriptedServer;
const warehouse = () => pushing.test.warehouse;

beforeAll(async () => {
  pushing = await Pushing.open();
  server = await startScriptedServer();
  const colour = (text: string) => ({ 'CUSTOMER COLOUR DESCRIPTION': text });
  const lines = [line(1, { XS: 1, S: 2 }), line(2, { OS: 7, ...colour('HOT RED 🔥') }), line(3, colour('RED'))];
  await insertLines(warehouse(), lines);
});
afterAll(async () => {
  await server.close();
  await pushing.close();
});
beforeEach(() => pushing.board.control('POST', '/_reset'));

/** An error as the API may put it, known or not; the path is filled in where it belongs to a field. */
const code = fc.oneof(
  fc.constantFrom(...KNOWN_FAILURES.flatMap(({ names }) => names)),
  fc.constantFrom('CODE_OF_TOMORROW', 'SomethingException', 'NEW_LIMIT', ''),
);
const extensions = fc.record(
  {
    code,
    status_code: fc.constantFrom(200, 400, 403, 409, 418, 422, 429, 500, 503),
    retry_in_seconds: fc.constantFrom(0, 1, 30),
    error_data: fc.constantFrom([], {}, 'no JSON', [{ message: 'a rule' }], { retry_in_seconds: 2 }),
  },
  { requiredKeys: [] },
);
const error = fc.record(
  { message: fc.constantFrom('no', 'Internal server error', ''), extensions },
  { requiredKeys: [] },
);

/** What becomes of one field, and of the request around it. */
const field = fc.oneof(
  { weight: 3, arbitrary: fc.constant('as it is' as const) },
  { weight: 4, arbitrary: fc.record({ error, withoutPath: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constantFrom(null, {}, { id: 17 }, { id: null }, [], true, 'text') },
);
const whole = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.record({ status: fc.constantFrom(200, 400, 403, 409, 422, 429, 500, 503), error }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { status: 502, page: '<html>' },
      { status: 200, page: '' },
      { status: 200, page: '{"data":' },
    ),
  },
);
/** The same answer for as long as it goes, or another one each time. */
const plan = fc.record({
  fields: fc.array(field, { minLength: 1, maxLength: 6 }),
  wholes: fc.array(whole, { minLength: 1, maxLength: 3 }),
});

/**
 * Hands a request on to the board, and spoils the answer of each mutation as planned. What is called a refusal has been carried out
 * all the same, so nothing is said here about lines that are there twice.
 */
function spoiling({ fields, wholes }: typeof plan extends fc.Arbitrary<infer Plan> ? Plan : never): Reply {
  let [mutation, place] = [0, 0];
  return (request, response) => {
    const body = server.received.at(-1)?.body ?? '';
    const spoil = async (): Promise<void> => {
      const key = request.headers['idempotency-key'];
      const reply = await pushing.board.post(body, key === undefined ? {} : { 'Idempotency-Key': String(key) });
      if (!body.startsWith('{"query":"mutation')) return json(reply.json)(request, response);
      const about = wholes[mutation++ % wholes.length];
      if (about !== undefined && 'page' in about) return text(about.page, { status: about.status })(request, response);
      if (about !== undefined) return json({ errors: [about.error] }, { status: about.status })(request, response);
      const errors: unknown[] = [];
      const data = { ...reply.json.data };
      for (const alias of Object.keys(data).filter((name) => name !== 'complexity')) {
        const made = fields[place++ % fields.length];
        if (made === 'as it is' || made === undefined) continue;
        if (typeof made === 'object' && made !== null && 'error' in made) {
          data[alias] = null;
          errors.push(made.withoutPath ? made.error : { ...made.error, path: [alias] });
        } else data[alias] = made;
      }
      json({ data, ...(errors.length > 0 ? { errors } : {}) })(request, response);
    };
    void spoil();
  };
}

describe('whatever the board answers', () => {
  it(`push ends, sends no body more than ${MOST_SENDS} times, and leaves nothing out`, async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (answers) => {
        await pushing.board.control('POST', '/_reset');
        for (const table of TABLES) await sql(warehouse(), `DELETE FROM dbo."${table}"`);
        server.received.length = 0;
        server.script.splice(0, server.script.length, spoiling(answers));
        const batchId = await pushing.stage(LOAD);
        const env = { MONDAY_API_URL: server.url };
        const ended = await pushing.push(batchId, { env }).catch((problem: unknown) => problem);
        if (ended instanceof Error && !(ended instanceof TaskError)) throw ended;

        const bodies = server.received.map(({ body }) => body).filter((body) => body.startsWith('{"query":"mutation'));
        const times = bodies.map((body) => bodies.filter((other) => other === body).length);
        expect(Math.max(0, ...times)).toBeLessThanOrEqual(MOST_SENDS);

        // With the board as it is, what failed or was left is taken up.
        const retry = await pushing.stage(LOAD);
        const { outputs } = await pushing.push(retry);
        expect(outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 0, subitemsFailed: 0, pending: 0 });
        const keys = (await pushing.items()).map(({ values }) => values['line_key']?.text);
        expect(LOAD.filter((each) => !keys.includes(uuid(each.line)))).toEqual([]);
      }),
      {
        numRuns: RUNS,
        ...(process.env['ANSWER_SEED'] === undefined ? {} : { seed: Number(process.env['ANSWER_SEED']) }),
      },
    );
  }, 600_000);
});
