import { plural } from '../../../../shared/ground/text.js';
import { hasLabels } from '../../../../shared/mapping/mapping-checks.js';
import { flow } from '../../../../shared/mapping/mapping-faults.js';
import { listed, oneLine } from '../../finding.js';
import type { ProposedCustomer } from './customers.js';
import type { LeftColumn, Proposal, ProposedColumn, ProposedKey, ProposedSubitem } from './proposal.js';
import type { Guess } from './roles.js';
import type { ProposedSizes } from './sizes.js';

const MOST = 8;

/** The proposal as a mapping, with its reasons and doubts as comments; `said` is what the check says of it. */
export function composeMapping(proposal: Proposal, said: readonly string[]): string {
  const { table, board, rows } = proposal;
  const parts = [
    [
      '# yaml-language-server: $schema=mapping.schema.json',
      `# A first mapping of ${table} to the board ${flow(board.name)} (${board.id}), proposed by titles, types and ${plural(rows, 'row')}.`,
      '# UNSURE marks what has to be decided by somebody who knows the table. Check it with: doctor mapping check FILE',
      ...said.map(comment),
    ],
    valueLines(proposal),
    sourceLines(proposal),
    scopeLines(proposal),
    proposal.sizes === undefined
      ? [comment('No sizes: no run of numeric columns has names of sizes, or adds up to another column.')]
      : sizeLines(proposal.sizes),
    itemLines(proposal),
    proposal.sizes === undefined || proposal.subitem === undefined ? [] : subitemLines(proposal.subitem),
    customerLines(proposal),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** A text of any form as one line of a comment. */
export function comment(text: string): string {
  return `# ${oneLine(text)}`;
}

const unsure = (text: string): string => comment(`UNSURE: ${text}`);
const indented = (lines: readonly string[], by = 2): string[] => lines.map((line) => ' '.repeat(by) + line);

/** A key with its reason above it; a comment where nothing was found. */
function guessed(key: string, guess: Guess | undefined, missing: string): string[] {
  if (guess === undefined) return [unsure(missing), comment(`${key}:`)];
  return [(guess.sure ? comment : unsure)(guess.why), `${key}: ${flow(guess.column)}`];
}

function valueLines({ blank, comma, dayFirst }: Proposal): string[] {
  return [
    ...(blank.length === 0 ? [] : [comment('Words of the sample that seem to mean nothing.'), `blank: ${flow(blank)}`]),
    ...(comma ? [comment('More numbers of the sample can be read with a comma.'), 'numbers: { decimal: "," }'] : []),
    ...(dayFirst ? [comment('More dates of the sample can be read with the day first.'), 'dates: { order: dmy }'] : []),
  ];
}

function sourceLines(proposal: Proposal): string[] {
  const { orderNumber, purchaseOrder, businessKey, personal } = proposal;
  const repeated =
    businessKey.repeated === 0
      ? comment('Together they are unique in the sample.')
      : unsure(
          `${plural(businessKey.repeated, 'row')} of the sample ${businessKey.repeated === 1 ? 'is' : 'are'} like an earlier one in these.`,
        );
  return [
    'source:',
    ...indented([
      ...uuidLines(proposal.uuid),
      ...customerSource(proposal),
      ...guessed('order_number', orderNumber, 'no title says order number.'),
      ...(purchaseOrder.length === 0
        ? [comment('No title says purchase order.')]
        : [`purchase_order: ${flow(columnsOf(purchaseOrder))}`]),
      ...(businessKey.columns.length === 0 ? [] : [repeated, `business_key: ${flow(businessKey.columns)}`]),
      ...(personal.length === 0
        ? []
        : [comment('By their titles they may name people. They were not read.'), `personal: ${flow(personal)}`]),
    ]),
  ];
}

function uuidLines({ guess, others, key }: Proposal['uuid']): string[] {
  const unique =
    others.length === 0 ? '' : `; ${listed(others, MOST)} ${others.length === 1 ? 'is' : 'are'} unique in the sample`;
  if (guess !== undefined || key.length === 0)
    return guessed('uuid', guess, `no column holds a UUID for each line, which a mapping needs${unique}.`);
  const found = key.length === 1 ? 'this one is' : 'these are together';
  return [
    unsure(
      `no column holds a UUID for each line; ${found} unique in the sample${unique}. A line of which one of them is corrected may count as a new one.`,
    ),
    `uuid: ${flow(key)}`,
  ];
}

/** Where no column can be the customer, all lines are one's, under the name of the table. */
function customerSource({ customer, table }: Proposal): string[] {
  if (customer !== undefined) return guessed('customer', customer, '');
  return [
    unsure(
      'no title says customer, and no column has few names and one in every row: all lines are of one customer. Name it.',
    ),
    `customer: ${flow({ constant: table })}`,
  ];
}

function scopeLines({ customer, cancelled }: Proposal): string[] {
  const words =
    cancelled === undefined
      ? []
      : [
          unsure(
            `whether all of ${flow(cancelled.column)} belong on the board: ${listed(cancelled.all.map(flow), 20)}`,
          ),
        ];
  return [
    ...words,
    ...(customer === undefined ? [] : ['scope: { customer: mapped }']),
    ...(cancelled === undefined
      ? [comment('No column says that a line is cancelled.')]
      : [`cancelled: ${flow({ column: cancelled.column, in: cancelled.words })}`]),
  ];
}

function sizeLines({ after, before, except, total, names, why }: ProposedSizes): string[] {
  return [
    comment(`${why}: ${listed(names, MOST)}.`),
    'sizes:',
    ...indented([
      `after: ${flow(after)}`,
      `before: ${flow(before)}`,
      ...(except.length === 0 ? [] : [`except: ${flow(except)}`]),
      ...(total === undefined ? [unsure('no column is the sum of the sizes.')] : [`total: ${flow(total)}`]),
      'maximum: 999999',
    ]),
  ];
}

function itemLines(proposal: Proposal): string[] {
  const { key, name, season, columns, left } = proposal;
  return [
    'item:',
    ...indented([
      ...keyLine(key),
      `name: { parts: ${flow(name)}, separator: " " }`,
      ...groupLines(season),
      'columns:',
      ...indented(columns.flatMap(columnLines)),
      ...indented(left.map(leftLine)),
    ]),
  ];
}

function keyLine({ id, title, note }: ProposedKey): string[] {
  return [...(note === undefined ? [] : [comment(note)]), `key: ${flow({ id, title })}`];
}

function groupLines(season: readonly Guess[]): string[] {
  if (season.length === 0) return [comment('No title says season.'), 'group: { title: "{customer}" }'];
  return [
    comment(season.map(({ column, why }) => `${flow(column)}: ${why}`).join('. ')),
    'group:',
    ...indented(['title: "{customer} {season}"', `season: ${flow(columnsOf(season))}`, 'fallback: UNKNOWN SEASON']),
  ];
}

function columnLines(proposed: ProposedColumn): string[] {
  const { id, title, type, source, rule, values, createLabels, reason, doubts } = proposed;
  const column = {
    id,
    title,
    type,
    source,
    rule,
    ...(values.length === 0 ? {} : { values: Object.fromEntries(values) }),
    ...(hasLabels(type) ? { create_labels: createLabels } : {}),
  };
  return [
    ...(reason === undefined ? [] : [comment(reason)]),
    ...(doubts.length === 0 ? [] : [unsure(doubts.join('; '))]),
    `- ${flow(column)}`,
  ];
}

function leftLine({ id, title, why }: LeftColumn): string {
  return comment(`${flow(title)} (${id}): ${why}`);
}

function subitemLines({ key, label, quantity }: ProposedSubitem): string[] {
  const line = ({ id, title, type, note }: ProposedSubitem['label'], value: string) => [
    ...(note === undefined ? [] : [comment(note)]),
    `- ${flow({ id, title, type, value, ...(hasLabels(type) ? { create_labels: true } : {}) })}`,
  ];
  return [
    'subitem:',
    ...indented([
      ...keyLine(key),
      'name: "Size {label}"',
      'columns:',
      ...indented([...line(label, 'label'), ...line(quantity, 'quantity')]),
    ]),
  ];
}

function customerLines({ customer, table, customers, customersLeft }: Proposal): string[] {
  if (customer === undefined) return ['customers:', ...indented([`${flow(table)}: []`])];
  if (customers.length === 0) return [];
  if (customersLeft > 0)
    return [
      unsure(
        `there are ${customers.length + customersLeft} names, too many to list; each that folds alike is one customer. List those whose lines belong on the board, if not all do.`,
      ),
      comment(
        `Most lines: ${listed(
          customers.map(({ name, lines }) => `${flow(name)} (${lines})`),
          MOST,
        )}.`,
      ),
      'customers: all',
    ];
  return [
    comment('Each with the number of its lines; texts that fold alike are one.'),
    'customers:',
    ...indented(customers.map(customerLine)),
  ];
}

function customerLine({ name, spellings, lines, near }: ProposedCustomer): string {
  const doubt = near.length === 0 ? '' : `; UNSURE: the board has ${listed(near.map(flow), 3)}`;
  return `${flow(name)}: ${flow(spellings)} ${comment(`${plural(lines, 'line')}${doubt}`)}`;
}

function columnsOf(guesses: readonly Guess[]): string[] {
  return guesses.map(({ column }) => column);
}
