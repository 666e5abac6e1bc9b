import { describe, expect, it } from '@jest/globals';
import { BoardReader } from '../../../shared/monday/board.js';
import { JumpingClock } from '../../helpers/jumping-clock.js';
import { json, type Reply, startScriptedServer } from './scripted-server.js';

describe('reading a board page by page', () => {
  it('is given up when every page names another cursor and none brings anything new', async () => {
    let pages = 0;
    const endless: Reply = (request, response) => {
      pages += 1;
      const page = { cursor: pages < 1_000 ? `c${pages}` : null, items: [{ id: '1', column_values: [] }] };
      json({ data: { boards: [{ items_page: page }], next_items_page: page } })(request, response);
    };
    const server = await startScriptedServer(endless);
    try {
      const pace = { schedule: <R>(_load: object, work: () => R) => work() };
      const reader = new BoardReader({ client: server.client(), pace, clock: new JumpingClock(1) });
      await expect(reader.allItems('77', [])).rejects.toThrow();
      expect(pages).toBeLessThan(200);
    } finally {
      await server.close();
    }
  });
});
