import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestBoard } from '../../local/board/board.js';
import { type Back, type Distortion, type Passing, startProxy } from './distorting-proxy.js';
import { type Probed, probeBoard } from './probing.js';

let board: TestBoard;
beforeEach(async () => {
  board = await TestBoard.start();
});
afterEach(() => board.close());

async function probeThrough(distortions: readonly Distortion[], only?: string[]): Promise<Probed> {
  const proxy = await startProxy(board.board.url, distortions);
  try {
    return await probeBoard(proxy.url, only === undefined ? {} : { only });
  } finally {
    await proxy.close();
  }
}

const asks = ({ request }: Passing, operation: string): boolean => request.query.includes(operation);
const renameCode =
  (from: string, to: string) =>
  (answer: Back): Back => {
    answer.json = JSON.parse(JSON.stringify(answer.json).replaceAll(from, to));
    return answer;
  };

/** Ids of the items that a request changes under these aliases. */
const changed = new Map<string, string>();
const bodies = new Map<string, string>();

/** Ten ways in which an account may answer otherwise, by the aspect in which it is to be found. */
const TEN: Readonly<Record<string, Distortion>> = {
  'beside-the-data.remainingIsTold': {
    back: (passing, answer) => {
      if (asks(passing, 'GetAccount')) delete answer.headers['ratelimit'];
      return answer;
    },
  },
  'costs-of-subitems.createSubitem': {
    back: (passing, answer) => {
      if ('subitem_parentId' in passing.request.variables) answer.json.data.complexity.query = 10_001;
      return answer;
    },
  },
  'item-names.blankAtBeginning': {
    there: ({ text }) => text.replace('" probe name two"', '"probe name two"'),
  },
  'dropdown-labels.blankAtEnd': {
    there: ({ text }) => text.replace('[\\"Probe One \\"]', '[\\"Probe One\\"]'),
  },
  'lengths.nameOf256': {
    back: (passing, answer) => {
      const error = answer.json.errors?.find(({ path }: { path?: string[] }) => path?.[0] === 'letters256');
      if (asks(passing, 'create_item') && error !== undefined) error.extensions.code = 'NAME_TOO_LONG';
      return answer;
    },
  },
  'filter-texts.otherCase': {
    back: (passing, answer) => {
      const { keys } = passing.request.variables;
      const page = answer.json.data?.items_page_by_column_values;
      if (page === undefined || !Array.isArray(keys)) return undefined;
      page.items = page.items.filter((item: { column_values: { text: string }[] }) =>
        item.column_values.every(({ text }) => keys.includes(text)),
      );
      return answer;
    },
  },
  'subitem-limit.refusal': {
    back: (passing, answer) =>
      asks(passing, 'create_subitem')
        ? renameCode('SubitemsLimitationException', 'SubitemsLimitException')(answer)
        : undefined,
  },
  'refused-change.writtenBeforeTheBadOne': {
    back: (passing, answer) => {
      const { badLast_itemId: id } = passing.request.variables;
      if (typeof id === 'string') changed.set('badLast', id);
      for (const item of answer.json.data?.items ?? []) {
        if (item.id === changed.get('badLast') && asks(passing, 'GetItemsById')) item.column_values[0].text = 'new';
      }
      return answer;
    },
  },
  'subitem-states.withState': {
    back: (passing, answer) =>
      asks(passing, 'GetSubitemStates')
        ? {
            ...answer,
            json: {
              data: null,
              errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
            },
          }
        : undefined,
  },
  'idempotency.otherBody': {
    back: ({ key, text }, answer) => {
      if (key === undefined) return undefined;
      const first = bodies.get(key) ?? text;
      bodies.set(key, first);
      if (first === text) return undefined;
      const error = {
        message: 'The key has another body.',
        extensions: { code: 'IDEMPOTENCY_KEY_REUSED', status_code: 422 },
      };
      return { status: 422, headers: without(answer.headers, 'idempotency-replayed'), json: { errors: [error] } };
    },
  },
};

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name));
}

const found = ({ facts }: Probed): string[] =>
  facts.entries.flatMap(({ id, differs }) => differs.map((aspect) => `${id}.${aspect}`)).sort();

describe('an account that answers differently', () => {
  it('in ten points is reported for exactly these ten', async () => {
    const probed = await probeThrough(Object.values(TEN));
    expect(found(probed)).toEqual(Object.keys(TEN).sort());
    expect(probed.outcome.exitCode).toBe(3);
    expect(probed.outcome.outputs).toMatchObject({ differences: 10 });
  });

  it.each(Object.keys(TEN))('in %s alone is reported for exactly that', async (aspect) => {
    const [id = ''] = aspect.split('.');
    const distortion = TEN[aspect];
    const probed = await probeThrough(distortion === undefined ? [] : [distortion], [id]);
    expect(found(probed)).toEqual([aspect]);
  });
});
