import fc from 'fast-check';
import { COLUMN_TYPES, type ColumnType } from '../../shared/mapping/column-types.js';
import { hasLabels, RULES_OF_TYPE } from '../../shared/mapping/mapping-checks.js';

/** A mapping as a file states it. */
export type MappingData = Record<string, unknown>;

/** Names of columns as tables have them, those that a statement or an object could take for something else among them. */
const NAMES = ['PO NUMBER', 'Größe', "O'NEIL", '28', 'SELECT', 'a "b"', 'Colour (EU)', 'x.y', '100 %', 'constructor'];
const CUSTOMERS: readonly (readonly [string, readonly string[]])[] = [
  ['ALPHA', ['alpha ltd', 'ALPHA (EU)']],
  ['BETA & SONS', []],
  ["GAMMA'S", ['GAMMAS']],
];

/** A column of the board: any type with any rule that fits it. */
function column(source: string, index: number): fc.Arbitrary<MappingData> {
  return fc.constantFrom(...COLUMN_TYPES).chain((type: ColumnType) =>
    fc
      .record({
        rule: fc.constantFrom(...RULES_OF_TYPE[type]),
        required: rarely(fc.constantFrom('reject', 'warn')),
        max_length: type === 'text' ? rarely(fc.constant('60')) : fc.constant(undefined),
        create_labels: hasLabels(type) ? fc.constantFrom('true', 'false') : fc.constant(undefined),
        replaces: fc.boolean(),
      })
      .map(({ replaces, ...rest }) => ({
        id: `c${index}`,
        title: `Title ${index}`,
        type,
        source,
        ...rest,
        ...(replaces && rest.rule === 'label' ? { values: { [`${source} 1`]: 'First' } } : {}),
      })),
  );
}

const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq: 3 });

const inState = (...words: string[]) => ({ column: 'STATE', in: words });
const scope = fc.constantFrom<MappingData>(
  { customer: 'mapped' },
  { all: [{ customer: 'mapped' }, inState('OPEN', 'DONE')] },
  { all: [{ customer: 'mapped' }, { any: [{ column: 'STATE', blank: 'true' }, inState('OPEN', 'HALT', 'DONE')] }] },
  { all: [{ customer: 'mapped' }, { not: inState('SAMPLE') }, { column: 'SINCE', after: '2025-06-30' }] },
);

const group = fc.constantFrom<MappingData | undefined>(
  undefined,
  { title: 'ALL OF THEM' },
  { title: '{customer} {season}', season: ['WEEK', 'PO NUMBER'], fallback: 'NO WEEK', max_length: '40' },
  { title: 'WEEK {week}', placeholders: { week: { columns: ['WEEK'], fallback: 'NONE' } } },
  {
    title: '{x y}/{customer} {season}',
    season: ['WEEK'],
    fallback: '-',
    placeholders: { 'x y': { columns: ['PO NUMBER', 'WEEK'], fallback: 'NOWHERE' } },
  },
);

/** What identifies a line: a column of uuids, or a key that the sample can make its lines differ by. */
const uuid = fc.constantFrom<string | string[]>(
  'ROW',
  ['ORDER', 'POS'],
  ['POS', 'CLIENT', 'ORDER'],
  ['CODE'],
  ['ORDER'],
);

/** Who the lines are for, with the customers that fit. */
const customer = fc.oneof(
  fc.integer({ min: 1, max: CUSTOMERS.length }).chain((count) => {
    const customers = Object.fromEntries(CUSTOMERS.slice(0, count));
    return fc.constantFrom<{ customer: unknown; customers: unknown }>(
      { customer: 'CLIENT', customers },
      { customer: { constant: 'Alpha Ltd' }, customers },
    );
  }),
  fc.constantFrom<{ customer: unknown; customers: unknown }>(
    { customer: 'CLIENT', customers: 'all' },
    { customer: { constant: 'Delta  & Co' }, customers: 'all' },
  ),
);

/** A period of two columns in the place of a first one, where it is a timeline of days. */
const untilOf = (columns: readonly MappingData[]): MappingData[] =>
  columns.map((each) =>
    each['type'] === 'timeline' && each['rule'] === 'date' && each['id'] !== 'c0'
      ? { ...each, until: 'LAST DAY' }
      : each,
  );

const sizes = {
  sizes: { after: 'UNIT', before: 'TOTAL', total: 'TOTAL', maximum: '50' },
  subitem: {
    key: { id: 'part_key', title: 'Part key' },
    name: 'Part {label}',
    columns: [
      { id: 'part', title: 'Part', type: 'dropdown', value: 'label', create_labels: 'true' },
      { id: 'pieces', title: 'Pieces', type: 'numbers', value: 'quantity' },
    ],
  },
};

/** Mappings that contradict nothing: whatever columns, rules and parts the grammar has. */
export const randomMapping: fc.Arbitrary<MappingData> = fc
  .record({
    // A column of the source each: no text is a number and an hour.
    columns: fc
      .shuffledSubarray(NAMES, { minLength: 1, maxLength: 8 })
      .chain((sources) => fc.tuple(...sources.map(column))),
    scope: rarely(scope),
    isCancelled: fc.boolean(),
    purchaseOrder: rarely(fc.constant(['PO NUMBER'])),
    identity: fc.record({ uuid, who: customer }),
    group,
    hasSizes: fc.boolean(),
    hasLastChange: fc.boolean(),
    blank: fc.constantFrom<string[]>([], ['none', '-']),
    decimal: fc.constantFrom('.', ','),
    order: fc.constantFrom('mdy', 'dmy'),
    key: rarely(fc.subarray(['ORDER', 'ARTICLE', 'PO NUMBER'], { minLength: 1 })),
    personal: fc.constantFrom<string[]>([], ['FOREMAN']),
  })
  .map(({ columns, hasSizes, hasLastChange, decimal, order, key, group: of, personal, ...rest }) =>
    withoutAbsent({
      blank: rest.blank,
      numbers: { decimal },
      dates: { order },
      source: {
        uuid: rest.identity.uuid,
        customer: rest.identity.who.customer,
        order_number: 'ORDER',
        purchase_order: rest.purchaseOrder,
        business_key: key,
        personal,
      },
      scope: rest.scope,
      cancelled: rest.isCancelled ? inState('HALT') : undefined,
      ...(hasSizes ? sizes : {}),
      item: {
        key: { id: 'our_key', title: 'Our key' },
        name: { parts: ['ORDER', 'ARTICLE'], separator: ' / ', max_length: '80' },
        group: of,
        columns: untilOf(columns),
        last_change: hasLastChange ? { id: 'told', title: 'Told', type: 'long_text' } : undefined,
      },
      customers: rest.identity.who.customers,
    }),
  );

function withoutAbsent(data: MappingData): MappingData {
  return JSON.parse(JSON.stringify(data));
}
