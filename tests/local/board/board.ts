import { type BoardOptions, type RunningBoard, startBoard } from '../../../local/board/server.js';
import { composeMutation, type MutationField } from '../../../shared/monday/operations.js';

export const ITEMS = '9200517329';
export const SUBITEMS = '9200771505';

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look at many shapes, and fail on a wrong one by themselves.
  json: any;
}

/** A board of the test's own, in this process, with short ways to talk to it. */
export class TestBoard {
  readonly board: RunningBoard;

  private constructor(board: RunningBoard) {
    this.board = board;
  }

  static async start(options: BoardOptions = {}): Promise<TestBoard> {
    return new TestBoard(await startBoard(options));
  }

  close(): Promise<void> {
    return this.board.close();
  }

  async #reply(response: Response): Promise<Reply> {
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    let json: unknown;
    try {
      json = isJson ? JSON.parse(text) : undefined;
    } catch {
      json = undefined;
    }
    return { status: response.status, headers: response.headers, text, json };
  }

  /** Posts a body as it stands. */
  async post(body: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Reply> {
    const init = {
      method: 'POST',
      body,
      headers: { Authorization: 'token', ...headers },
      ...(signal ? { signal } : {}),
    };
    return this.#reply(await fetch(`${this.board.url}/v2`, init));
  }

  ask(query: string, variables: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Reply> {
    return this.post(JSON.stringify({ query, variables }), headers);
  }

  push(fields: MutationField[], headers: Record<string, string> = {}): Promise<Reply> {
    return this.post(JSON.stringify(composeMutation(fields)), headers);
  }

  async control(method: string, path: string, body?: unknown): Promise<Reply> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    return this.#reply(await fetch(`${this.board.url}${path}`, init));
  }

  limits(limits: Record<string, number>): Promise<Reply> {
    return this.control('POST', '/_limits', limits);
  }

  fault(operation: string, fault: string, nth = 1): Promise<Reply> {
    return this.control('POST', '/_faults', { script: [{ operation, nth, fault }] });
  }

  async dump(): Promise<Reply['json']> {
    return (await this.control('GET', '/_board')).json;
  }

  async log(after = 0): Promise<Reply['json'][]> {
    return (await this.control('GET', `/_log?after=${after}`)).json.requests;
  }

  /** Creates an item and gives its id. */
  async item(name: string, values: Record<string, unknown> = {}): Promise<string> {
    return (await this.push([itemField('a0', name, values)])).json.data.a0.id;
  }

  async subitem(parentId: string, name: string, values: Record<string, unknown> = {}): Promise<string> {
    return (await this.push([subitemField('a0', parentId, name, values)])).json.data.a0.id;
  }

  change(itemId: string, values: Record<string, unknown>, boardId = ITEMS): Promise<Reply> {
    const variables = { boardId, itemId, columnValues: JSON.stringify(values) };
    return this.push([{ alias: 'a0', operation: 'changeValues', variables }]);
  }

  /** The cells of an item, by column id. */
  async cells(itemId: string, extra = ''): Promise<Record<string, Reply['json']>> {
    const query = `query ($ids: [ID!]) { items(ids: $ids) { column_values { id text value ${extra} } } }`;
    const { json } = await this.ask(query, { ids: [itemId] });
    return Object.fromEntries(json.data.items[0].column_values.map((cell: { id: string }) => [cell.id, cell]));
  }

  async idsByKey(key: string, boardId = ITEMS): Promise<string[]> {
    const query = `query ($b: ID!, $k: String!) {
      items_page_by_column_values(board_id: $b, limit: 500, columns: [{ column_id: "line_key", column_values: [$k] }]) { items { id } } }`;
    const { json } = await this.ask(query, { b: boardId, k: key });
    return json.data.items_page_by_column_values.items.map((item: { id: string }) => item.id);
  }
}

export function itemField(alias: string, name: string, values: Record<string, unknown> = {}): MutationField {
  const variables = { boardId: ITEMS, groupId: 'topics', name, columnValues: JSON.stringify(values) };
  return { alias, operation: 'createItem', variables };
}

export function subitemField(
  alias: string,
  parentId: string,
  name: string,
  values: Record<string, unknown> = {},
): MutationField {
  return { alias, operation: 'createSubitem', variables: { parentId, name, columnValues: JSON.stringify(values) } };
}
