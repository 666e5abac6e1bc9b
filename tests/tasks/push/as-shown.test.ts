import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { insertLines, line, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing, quantities } from './pushing.js';

const UNIT = 'color_mkr5yf27';

let pushing: Pushing;

beforeEach(async () => {
  pushing = await Pushing.open();
});
afterEach(() => pushing.close());

const warehouse = () => pushing.test.warehouse;
const edit = (what: object) => pushing.board.control('POST', '/_edit', what);
const NEW = [{ line: 1, change: 'NEW' as const }];
const CHANGED = [{ line: 1, change: 'CHANGED' as const }];

describe('a value that the board shows differently from how it was sent', () => {
  it('is no edit by hand: a name whose tags are cut out', async () => {
    await insertLines(warehouse(), [line(1, { XS: 1, 'CUSTOMER STYLE': '<b>SOFT</b> TEE' })]);
    await pushing.carry(NEW);
    expect((await pushing.itemOf(uuid(1))).name).toBe('SOFT TEEBLACKGRE-00001');
    expect((await pushing.audit()).outputs).toMatchObject({ edited: 0, differing: 0 });
    await updateLine(warehouse(), 1, { 'CUSTOMER STYLE': '<i>SOFT</i> TEE 2' });
    await pushing.carry(CHANGED);
    expect((await pushing.itemOf(uuid(1))).name).toBe('SOFT TEE 2BLACKGRE-00001');
    expect((await pushing.audit()).outputs).toMatchObject({ edited: 0, differing: 0 });
    const { id } = await pushing.itemOf(uuid(1));
    await edit({ item: id, values: { name: 'A name of a planner' } });
    expect((await pushing.audit()).outputs).toMatchObject({ edited: 1 });
  });

  it('is no edit by hand: an empty status that reads as the text of the default label', async () => {
    await edit({ addLabel: 'Not started', column: UNIT, id: 5 });
    await insertLines(warehouse(), [line(1, { XS: 1 })]);
    await pushing.carry(NEW);
    await updateLine(warehouse(), 1, { 'UNIT OF MEASURE': null });
    await pushing.carry(CHANGED);
    expect((await pushing.audit()).outputs).toMatchObject({ edited: 0, differing: 0 });
    const { id } = await pushing.itemOf(uuid(1));
    await edit({ item: id, values: { [UNIT]: { label: 'Not started' } } });
    expect((await pushing.audit()).outputs).toMatchObject({ edited: 1 });
  });

  it("is no edit by hand: a date in the zone of the token's user", async () => {
    await pushing.board.limits({ userZoneMinutes: 180 });
    await insertLines(warehouse(), [line(1, { XS: 1, 'ORDER DATE PO RECEIVED': '2026-07-28' })]);
    await pushing.carry(NEW);
    expect((await pushing.audit()).outputs).toMatchObject({ edited: 0, differing: 0 });
    const { id } = await pushing.itemOf(uuid(1));
    // Half past midnight there, the day before in UTC.
    await edit({ item: id, values: { date_mkr5zp5: { date: '2026-07-27', time: '21:30:00' } } });
    expect((await pushing.audit()).outputs).toMatchObject({ edited: 0 });
    await edit({ item: id, values: { date_mkr5zp5: { date: '2026-07-28', time: '21:30:00' } } });
    expect((await pushing.audit()).outputs).toMatchObject({ edited: 1 });
  });

  it('is read in a way that works for subitems whose state fails a request', async () => {
    await pushing.board.limits({ nestedStateFails: 1 });
    await insertLines(warehouse(), [line(1, { XS: 1, S: 2 })]);
    await pushing.carry(NEW);
    await updateLine(warehouse(), 1, { XS: 3, 'PO NUMBER': '7' });
    expect(await pushing.carry(CHANGED)).toMatchObject({ subitemsUpdated: 1, itemsFailed: 0 });
    expect(quantities(await pushing.itemOf(uuid(1)))).toEqual({ XS: '3', S: '2' });
  });
});
