import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { control } from './board-view.js';
import { World } from './world.js';

const logLine = z.object({ logs: z.tuple([z.object({ level: z.string(), message: z.string() })]) });

/** The entries that a platform takes for logs, in its own protocol. */
const told = (said: string): { level: string; message: string }[] =>
  said
    .split('\n')
    .filter((line) => line.startsWith('::{"logs"'))
    .flatMap((line) => logLine.parse(JSON.parse(line.slice(2, -2))).logs);
const warnings = (said: string) => told(said).filter(({ level }) => level === 'WARN');

const KESTRA = { LOG_FORMAT: 'kestra', ROW_ERRORS_EXIT: '0' };
/** More than are told one by one. */
const SPOILED = 24;
const ODD = '=x|[y](z)<b>';

describe('what stage and push report of refused lines', () => {
  let world: World;
  let batchId: string;

  beforeAll(async () => {
    world = await World.open(['GREYSON CLOTHIERS']);
    const lines = await world.sql('SELECT "record_uuid" AS "uuid" FROM dbo."ORDERS_UNIFIED"');
    for (const [place, line] of lines.slice(0, SPOILED).entries()) {
      const given = { uuid: String(line['uuid']), style: place === 0 ? ODD : 'STYLE' };
      const text = `UPDATE dbo."ORDERS_UNIFIED" SET "S" = 1000000, "CUSTOMER STYLE" = @style WHERE "record_uuid" = @uuid`;
      await world.sql(text, given);
    }
    const { batches } = await world.batches();
    batchId = String(batches[0]?.batchId);
  });
  afterAll(() => world.close());

  it('is one warning per line for the first twenty, then how many more there are', async () => {
    const { code, said } = await world.run('stage', ['--batch-id', batchId], KESTRA);
    expect(code).toBe(0);
    const told = warnings(said).map(({ message }) => message);
    expect(told).toHaveLength(21);
    for (const message of told.slice(0, 20))
      expect(message).toMatch(
        /^Refused \S.*, column S: SIZE_TOO_LARGE\. .+ Correct it in the source\. \(customer=GREYSON, batchId=/,
      );
    expect(told[20]).toMatch(/^4 more lines and sizes of GREYSON were refused: /);
  });

  it('is output as rows, as a table and as CSV in which external text stays text', async () => {
    const { outputs, said } = await world.run('stage', ['--batch-id', batchId], KESTRA);
    expect(warnings(said)).toHaveLength(21);
    expect(outputs['refused']).toHaveLength(SPOILED);
    const [row] = (outputs['refused'] as { line: string }[]).filter(({ line }) => line.startsWith(ODD));
    expect(row).toMatchObject({ column: 'S', reason: 'SIZE_TOO_LARGE', requestId: null });
    const table = String(outputs['refusedTable']).trimEnd().split('\n');
    expect(table).toHaveLength(SPOILED);
    for (const each of table) expect(each.split('|')).toHaveLength(7);
    expect(table.join('\n')).not.toMatch(/[<>[\]]/);
    const csv = String(outputs['refusedCsv']);
    expect(csv.split('\r\n')).toHaveLength(SPOILED + 1);
    expect(csv).toContain(`GREYSON,'${ODD}`);
  });

  it('has the id of the refused request', async () => {
    await control(world, '/_faults', {
      script: [{ operation: 'create_item', nth: 2, fault: 'error:ColumnValueException' }],
    });
    const { code, said, outputs } = await world.run('push', ['--batch-id', batchId], KESTRA);
    expect(code).toBe(0);
    const [first, ...others] = warnings(said).filter(({ message }) => message.startsWith('Refused'));
    expect(others).toEqual([]);
    expect(first?.message).toMatch(/: ColumnValueException\. .+ \(customer=GREYSON, .*requestId=board-/);
    expect(outputs['refused']).toEqual([
      expect.objectContaining({ reason: 'ColumnValueException', requestId: expect.stringMatching(/^board-/) }),
    ]);
  });

  it('links the item of a line that has one, at the address that the board returned', async () => {
    await world.run('promote', ['--batch-id', batchId], KESTRA);
    const [item] = await world.sql(
      'SELECT CAST(m."Item ID" AS VARCHAR(20)) AS "id", CAST(m."record_uuid" AS VARCHAR(36)) AS "uuid" FROM dbo."MON_CustMasterSchedule" m ORDER BY m."Title"',
    );
    await world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "S" = 2000000 WHERE "record_uuid" = @uuid', {
      uuid: String(item?.['uuid']),
    });
    const { batches } = await world.batches();
    const { outputs } = await world.run('stage', ['--batch-id', String(batches[0]?.batchId)], KESTRA);
    expect(outputs['refusedTable']).toMatch(
      new RegExp(`^\\| \\[[^\\]]+\\]\\(https?://\\S+/boards/\\d+/pulses/${item?.['id']}\\) \\| `, 'm'),
    );
    batchId = String(batches[0]?.batchId);
  });

  it("includes the error's sentence in the log and in the outputs if the task fails", async () => {
    const { code, said, outputs } = await world.run('push', ['--batch-id', batchId], {
      ...KESTRA,
      MONDAY_API_TOKEN: '',
    });
    expect(code).toBe(2);
    expect(told(said)).toEqual([
      { level: 'ERROR', message: expect.stringMatching(/^The settings cannot be used\. MONDAY_API_TOKEN/) },
    ]);
    expect(told(said)[0]?.message.startsWith(String(outputs['error']))).toBe(true);
    expect(outputs).toEqual({ error: expect.stringMatching(/^The settings cannot be used\. MONDAY_API_TOKEN.+\.$/) });
  });

  it('is empty if nothing was refused', async () => {
    const { outputs } = await world.run('promote', ['--batch-id', batchId], KESTRA);
    expect(outputs).not.toHaveProperty('refused');
  });
});
