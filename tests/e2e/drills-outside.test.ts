import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { renameColumn } from '../helpers/dialect.js';
import { patience } from '../helpers/engine.js';
import { control, readBoard } from './board-view.js';
import { Drill } from './drilling.js';
import { commandsIn } from './printed.js';

const UNIT = 'color_mkr5yf27';
/** Room for the items that the board has, and for no more. */
const ITEMS = 5;
// Each drill is several whole runs.
jest.setTimeout(patience(240_000));
let drill: Drill;

beforeAll(async () => {
  drill = await Drill.open((world) => world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "UNIT OF MEASURE" = NULL'));
});

afterAll(() => drill.close());

beforeEach(() => drill.change());

// What is outside the program is not as it was: an operator reads status, log and report, and runs what they print.
describe('the documented recovery after', () => {
  it('a customer removed from the mapping', async () => {
    const rename = (from: string, to: string) =>
      drill.world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "CUSTOMER NAME" = @to WHERE "CUSTOMER NAME" = @from', {
        from,
        to,
      });
    await rename('TITLE 9', 'TITLE NEIN');
    const { code, said } = await drill.sync();
    const told = /"TITLE NEIN" \(4 lines, 4 of them known, nearest is "TITLE NINE"\)/;
    expect({ code, said }).toEqual({ code: 3, said: expect.stringMatching(told) });
    expect(said).toMatch(/^Done, but not whole: see above\./m);
    const status = await drill.status();
    expect(status).toMatch(told);
    const [, run] = /Run ([0-9a-f]{8})\S*\.$/m.exec(said) ?? [];
    expect(run).toBeDefined();
    expect(status).not.toMatch(new RegExp(`^Board .*${run}`, 'm'));
    const { words, commands } = await drill.report();
    expect(words).toContain('Owner of the mapping 4 lines of the board left scope');
    expect(commands).toEqual(commandsIn(status).sort());
    const looked = await drill.printed(commands[0] ?? '');
    expect(looked.said).toMatch(/correct it in the source/);
    await rename('TITLE NEIN', 'TITLE 9');
    await drill.sync();
    await drill.recover();
    await drill.expectRight();
  });

  it('a renamed column of the source', async () => {
    const rename = (from: string, to: string) => renameColumn(drill.world.warehouse, 'ORDERS_UNIFIED', from, to);
    await rename('NOTES', 'REMARKS');
    const { code, said } = await drill.sync();
    const told = /The source lacks "NOTES", which the mapping needs\. .*Put the column back/;
    expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(told) });
    const status = await drill.status();
    expect(status).toMatch(told);
    expect(status).toMatch(/Nothing can be carried: put right what is said of the source\.$/);
    await rename('REMARKS', 'NOTES');
    const [again = ''] = commandsIn(status);
    expect((await drill.printed(again)).code).toBe(0);
    await drill.recover();
    await drill.expectRight();
  });

  it('a status label deactivated on the board', async () => {
    await drill.world.sql(
      'UPDATE dbo."ORDERS_UNIFIED" SET "UNIT OF MEASURE" = \'PCE\' WHERE "CUSTOMER NAME" = \'JOHNNIE O\'',
    );
    await control(drill.world, '/_edit', { deactivateLabel: 'PCE', column: UNIT });
    const { code, said } = await drill.sync();
    const told = /UNIT OF MEASURE.*has this label, but deactivated/;
    expect({ code, said }).toEqual({ code: 3, said: expect.stringMatching(told) });
    const status = await drill.status();
    expect(status).toMatch(/^Held {6}JOHNNIE O: 1 line was refused and not tried since/m);
    const { words, commands } = await drill.report();
    expect(words).toMatch(told);
    expect(commands).toEqual(commandsIn(status).sort());
    await control(drill.world, '/_edit', { activateLabel: 'PCE', column: UNIT });
    await drill.recover();
    expect(
      (await readBoard(drill.world)).map(({ values }) => values[UNIT]).filter((unit) => unit === 'PCE'),
    ).toHaveLength(1);
    await drill.expectRight();
  });

  it('a full board', async () => {
    await control(drill.world, '/_limits', { itemsLimit: ITEMS });
    await drill.world.sql(
      `INSERT INTO dbo."ORDERS_UNIFIED" ("record_uuid", "CUSTOMER NAME", "AAG ORDER NUMBER", "ORDER TYPE", "CUSTOMER STYLE", "S")
       VALUES ('7a11e000-0000-4000-8000-000000000001', 'JOHNNIE O', 'JOO-NEW', 'ACTIVE', 'STYLE', ${drill.quantity})`,
    );
    const { code, said } = await drill.sync();
    const told = /The board is full.* 1 new line waits[.:] [Aa]rchive items that are done, or raise the board's limit/;
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(told) });
    const status = await drill.status();
    expect(status).toMatch(told);
    const { words, commands } = await drill.report();
    expect(words).toMatch(told);
    expect(commands).toEqual(commandsIn(status).sort());
    await control(drill.world, '/_limits', { itemsLimit: ITEMS + 1 });
    await drill.recover();
    await drill.expectRight();
  });
});
