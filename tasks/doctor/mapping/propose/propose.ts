import { bare } from '../../../../shared/ground/text.js';
import { fold } from '../../../../shared/mapping/fold.js';
import { customerSpellings } from '../../../../shared/store/source.js';
import { isTextType } from '../../../../shared/warehouse/port/sql-types.js';
import type { Warehouse } from '../../../../shared/warehouse/port/warehouse.js';
import type { Boards } from '../../site.js';
import { keyColumnOf, subitemOf, type WritableColumn, writableColumns } from './board.js';
import { equalColumns, proposeColumns } from './columns.js';
import { type ProposedCustomer, proposeCustomers } from './customers.js';
import { guessKey } from './key.js';
import type { Proposal } from './proposal.js';
import {
  guessArticle,
  guessCancelled,
  guessCustomer,
  guessOrderNumber,
  guessPurchaseOrder,
  guessSeason,
  guessUuid,
  repeatedRows,
} from './roles.js';
import { findSizes } from './sizes.js';
import type { SampledColumn, SampledTable } from './table.js';

/** Finds what a mapping of a table to a board can be. */
export async function proposeFor(database: Warehouse, table: SampledTable, boards: Boards): Promise<Proposal> {
  const key = keyColumnOf(writableColumns(boards.items));
  const board = writableColumns(boards.items).filter(({ id }) => id !== key.id);
  const uuid = guessUuid(table);
  const equal = equalColumns(table, board);
  const orderNumber = guessOrderNumber(table);
  const identity = uuid.guess === undefined ? [] : [uuid.guess.column];
  const uuidKey =
    uuid.guess === undefined ? guessKey(table, orderNumber === undefined ? [] : [orderNumber.column]) : [];
  const sizes = findSizes(table, new Set([...identity, ...uuidKey, ...equal.map(({ source }) => source.title)]));
  const customer = guessCustomer(table);
  const { customers, left: customersLeft } =
    customer === undefined
      ? { customers: [], left: 0 }
      : await customersOfTable(database, table, customer.column, labelsNamed(board, customer.column));
  const { columns, left } = proposeColumns(table, board, {
    equal,
    aside: new Set([...identity, ...(sizes?.names ?? [])]),
    customer: { column: customer?.column, names: customers.map(({ name }) => name) },
  });
  const article = guessArticle(table, new Set(columns.map(({ source }) => source)));
  const line = [...(orderNumber === undefined ? [] : [orderNumber.column]), ...article];
  const { id, name } = boards.items;
  return {
    table: table.table,
    board: { id, name },
    rows: table.rows.length,
    blank: blankWords(table.columns),
    comma: most(table.columns, ({ are }) => are.comma - are.point),
    dayFirst: most(table.columns, ({ are }) => are.dayFirst - are.monthFirst),
    uuid: { ...uuid, key: uuidKey },
    customer,
    orderNumber,
    purchaseOrder: guessPurchaseOrder(table),
    businessKey: { columns: line, repeated: repeatedRows(table, line) },
    season: guessSeason(table),
    personal: table.columns.filter(({ personal }) => personal).map(({ title }) => title),
    cancelled: guessCancelled(table),
    sizes,
    key,
    name: [...article, ...line.slice(0, line.length - article.length)],
    columns,
    left,
    subitem: sizes === undefined ? undefined : subitemOf(boards.subitems),
    customers,
    customersLeft,
  };
}

/** The labels that the board has for customers: canonical names, if there are any. */
function labelsNamed(board: readonly WritableColumn[], customer: string): readonly string[] {
  const shown = board.find(({ title }) => [bare(customer), 'customer'].includes(bare(title)));
  return shown?.labels ?? [];
}

async function customersOfTable(
  database: Warehouse,
  { table, columns }: SampledTable,
  customer: string,
  labels: readonly string[],
): Promise<{ customers: ProposedCustomer[]; left: number }> {
  const nothing = new Set(['', ...blankWords(columns).map(fold)]);
  return proposeCustomers(
    await customerSpellings(database, { table, customer: { column: customer } }),
    labels,
    nothing,
  );
}

function blankWords(columns: readonly SampledColumn[]): string[] {
  const words = new Map(columns.flatMap(({ nothing }) => [...nothing].map((word) => [fold(word), word] as const)));
  return [...words.values()].map((word) => word.toLowerCase()).sort();
}

/** Whether columns of texts speak for something rather than against it. */
function most(columns: readonly SampledColumn[], votesOf: (column: SampledColumn) => number): boolean {
  const votes = columns.filter(({ dataType }) => isTextType(dataType)).map(votesOf);
  return votes.reduce((sum, vote) => sum + Math.sign(vote), 0) > 0;
}
