import { z } from 'zod';

const logSchema = z.object({ requests: z.array(z.object({ n: z.number(), operations: z.array(z.string()) })) });
const boardSchema = z.object({ boardId: z.string() });
const columnSchema = z.object({
  id: z.string(),
  type: z.string(),
  labels: z.array(z.object({ label: z.string().nullable() })).default([]),
});
const columnsSchema = z.object({ columns: z.array(columnSchema), subitemColumns: z.array(columnSchema) });
const itemsSchema = z.object({
  items: z.array(
    z.object({ state: z.string(), values: z.record(z.string(), z.object({ text: z.string().nullable() })) }),
  ),
});

/** What a simulated board shows and takes beside its API. */
export class BoardControl {
  /** With a slash at the end. */
  readonly url: string;

  constructor(url: string) {
    this.url = url.endsWith('/') ? url : `${url}/`;
  }

  async boardId(): Promise<string> {
    return boardSchema.parse(await this.#get('_board')).boardId;
  }

  /** The line key of each item that is not archived; `key` is the column that holds it. */
  async itemKeys(key: string): Promise<string[]> {
    const { items } = itemsSchema.parse(await this.#get('_board'));
    return items.filter(({ state }) => state === 'active').map(({ values }) => (values[key]?.text ?? '').toLowerCase());
  }

  /** Requests and single mutation fields since request `after`. */
  async trafficSince(after: number): Promise<{ last: number; requests: number; mutations: number }> {
    const { requests } = logSchema.parse(await this.#get(`_log?after=${after}`));
    const mutations = requests.flatMap(({ operations }) => operations).filter((operation) => MUTATION.test(operation));
    return { last: requests.at(-1)?.n ?? after, requests: requests.length, mutations: mutations.length };
  }

  /** Type and labels of each column, by its id. */
  async labels(): Promise<Record<'items' | 'subitems', Map<string, { type: string; labels: (string | null)[] }>>> {
    const { columns, subitemColumns } = columnsSchema.parse(await this.#get('_board'));
    const byId = (of: typeof columns) =>
      new Map(of.map(({ id, type, labels }) => [id, { type, labels: labels.map(({ label }) => label) }]));
    return { items: byId(columns), subitems: byId(subitemColumns) };
  }

  /** Adds a label as a planner does. */
  async addLabel(column: string, board: 'items' | 'subitems', label: string): Promise<void> {
    await this.#post('_edit', { addLabel: label, column, board });
  }

  /** Begins a section of the page's history, so that it shows what a run changed. */
  async mark(label: string): Promise<void> {
    await this.#post('_mark', { label });
  }

  async #post(path: string, content: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    await fetch(new URL(path, this.url), { method: 'POST', headers, body: JSON.stringify(content) });
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(new URL(path, this.url));
    return response.json();
  }
}

/** Root fields that change something; everything else on the board is read. */
const MUTATION = /^(create|change|move|archive|delete|update|duplicate)_/;
