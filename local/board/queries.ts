import type { GraphQLResolveInfo } from 'graphql';
import { ApiError } from './api-error.js';
import type { Execution } from './execution.js';
import type { ColumnQuery } from './filters.js';
import type { Board } from './model.js';
import { BoardView, ItemView, nextPage, type PageView, pageOf } from './views.js';

type Structure = Pick<Board, 'groups' | 'columns'>;

/** Groups and columns of boards as they were a while ago, for answers that need not be the latest. */
export class BoardCache {
  readonly #cached = new Map<string, { at: number; structure: Structure }>();

  /** The structure of a board, at most `maxAgeMs` old. */
  structure(board: Board, now: number, maxAgeMs: number): Structure {
    const cached = this.#cached.get(board.id);
    if (cached !== undefined && now - cached.at < maxAgeMs) return cached.structure;
    const structure = { groups: [...board.groups], columns: new Map(board.columns) };
    this.#cached.set(board.id, { at: now, structure });
    return structure;
  }
}

const IDS_LIMIT = 100;
const ACCOUNT = { id: '1', name: 'Board simulator', slug: 'board-simulator', tier: 'pro', plan: { tier: 'pro' } };
export const CURRENT_VERSION = '2026-10';

const caches = new WeakMap<object, BoardCache>();

function cacheOf(execution: Execution): BoardCache {
  const cache = caches.get(execution.account) ?? new BoardCache();
  caches.set(execution.account, cache);
  return cache;
}

type Resolve<A, R> = (args: A, execution: Execution, info: GraphQLResolveInfo) => R;

/** A query field: the fault of the request may strike it. */
function field<A, R>(resolve: Resolve<A, R>): Resolve<A, Promise<R>> {
  return async (args, execution, info) => {
    execution.enterQuery(info);
    if (execution.limits.queryMs > 0) await execution.account.clock.wait(execution.limits.queryMs);
    return resolve(args, execution, info);
  };
}

function checkIds(ids: readonly string[] | null | undefined): void {
  if ((ids?.length ?? 0) > IDS_LIMIT) {
    throw new ApiError('InvalidArgumentException', `At most ${IDS_LIMIT} ids can be asked for at once.`);
  }
}

const boards = field(
  (
    args: { ids?: string[] | null; limit: number; page: number; latest?: boolean | null; state?: string | null },
    execution,
  ): BoardView[] => {
    checkIds(args.ids);
    const all = [...execution.account.store.state.boards.values()];
    const found = all.filter(
      (board) =>
        (args.state === 'all' || board.state === (args.state ?? 'active')) &&
        (args.ids?.includes(board.id) ?? board.kind === 'items'),
    );
    const maxAge = Math.max(
      execution.limits.boardsCacheMs,
      execution.fault?.name === 'readLag' ? execution.limits.readLagMs : 0,
    );
    const cache = cacheOf(execution);
    return found.slice((args.page - 1) * args.limit, args.page * args.limit).map((board) => {
      const age = args.latest === true ? 0 : maxAge;
      return new BoardView(board, cache.structure(board, execution.account.now(), age));
    });
  },
);

const items = field(
  (
    args: { ids?: string[] | null; limit: number; page: number; newest_first?: boolean; exclude_nonactive?: boolean },
    { account },
  ): ItemView[] => {
    checkIds(args.ids);
    const { state } = account.store;
    const known = args.ids
      ? [...new Set(args.ids)].flatMap((id) => state.items.get(id) ?? [])
      : [...state.items.values()];
    const found = known.filter((item) => item.state === 'active' || (!args.exclude_nonactive && args.ids));
    if (args.newest_first) found.reverse();
    return found.slice((args.page - 1) * args.limit, args.page * args.limit).map((item) => new ItemView(item, state));
  },
);

const itemsByColumnValues = field(
  (
    args: { board_id: string; columns?: ColumnQuery[] | null; cursor?: string | null; limit: number },
    execution,
  ): PageView => {
    const board = execution.writer.board(args.board_id);
    if (args.cursor && args.columns) {
      throw new ApiError('InvalidArgumentException', 'A cursor brings its columns along: give one of the two.');
    }
    return pageOf(board, args, execution, () => execution.filters.byColumnValues(board, args.columns ?? []));
  },
);

const nextItemsPage = field(
  (args: { cursor: string; limit: number }, { account }): PageView => nextPage(args.cursor, args.limit, account),
);

const platformApi = field((_args: unknown, { limits }) => ({
  daily_limit: { base: limits.callsPerDay, total: limits.callsPerDay },
}));

/** The root of every query. */
export const queries = {
  account: field(() => ACCOUNT),
  boards,
  complexity: (_args: unknown, execution: Execution) => execution.complexity(),
  items,
  items_page_by_column_values: itemsByColumnValues,
  me: field(() => ({ id: '1', name: 'Customer orders', email: 'orders@example.com', account: ACCOUNT })),
  next_items_page: nextItemsPage,
  platform_api: platformApi,
  version: field(() => ({ kind: 'current', value: CURRENT_VERSION })),
};
