import { COLUMN_TYPES, type ColumnType } from '../../shared/mapping/column-types.js';
import { uuid } from './warehouse.js';

/** Two order numbers in the source, and in a column of a board that another program has filled. */
export interface WrittenNumbers {
  rule: string;
  /** The order numbers of two lines that the board shows, as the source has them. */
  source: readonly [string, string];
  /** What another program has put into the cells of their items. */
  cells: readonly [unknown, unknown];
  /** What else the mapping says of the column. */
  more?: Readonly<Record<string, unknown>>;
}

const label = (text: string) => ({ labels: [text] });
const status = (text: string) => ({ label: text });
/** Each type, where the board shows an order number otherwise than the source writes it. */
const WRITTEN: Readonly<Record<ColumnType, WrittenNumbers>> = {
  text: { rule: 'trim', source: ['SO  A1', 'SO-A2'], cells: ['SO A1', 'so-a2'] },
  long_text: { rule: 'trim', source: ['SO-1', 'SO 2'], cells: [{ text: 'so-1' }, { text: 'SO  2' }] },
  numbers: { rule: 'number', source: ['007', '1,001'], cells: ['7', '1001'] },
  date: {
    rule: 'date',
    source: ['9/30/2026', '1-Oct-2026'],
    cells: [{ date: '2026-09-30' }, { date: '2026-10-01', time: '08:00:00' }],
  },
  dropdown: {
    rule: 'trim',
    source: ['SO-1', 'SO  2'],
    cells: [label('SO-1'), label('so 2')],
    more: { create_labels: 'true' },
  },
  status: {
    rule: 'trim',
    source: ['SO-1', 'SO  2'],
    cells: [status('SO-1'), status('so 2')],
    more: { create_labels: 'true' },
  },
  timeline: {
    rule: 'trim',
    source: ['2026-01-02/2026-01-09', '2026-01-03'],
    cells: [
      { from: '2026-01-02', to: '2026-01-09' },
      { from: '2026-01-03', to: '2026-01-03' },
    ],
  },
  checkbox: { rule: 'trim', source: ['yes', '1'], cells: [{ checked: 'true' }, { checked: 'true' }] },
  email: {
    rule: 'trim',
    source: ['po@rhone.example', 'DESK@rhone.example'],
    cells: [
      { email: 'PO@rhone.example', text: 'The desk' },
      { email: 'desk@rhone.example', text: 'desk@rhone.example' },
    ],
  },
  phone: {
    rule: 'trim',
    source: ['(212) 555-0100', '+44 (0)20 7946 0990'],
    cells: [
      { phone: '+12125550100', countryShortName: 'US' },
      { phone: '02079460990', countryShortName: 'GB' },
    ],
    more: { country: 'US' },
  },
  link: {
    rule: 'trim',
    source: ['https://rhone.example/a', 'https://rhone.example The order'],
    cells: [
      { url: 'https://rhone.example/a', text: 'The order' },
      { url: 'https://rhone.example/', text: 'https://rhone.example' },
    ],
  },
  country: {
    rule: 'trim',
    source: ['Viet Nam', 'tur'],
    cells: [
      { countryCode: 'VN', countryName: 'Vietnam' },
      { countryCode: 'TR', countryName: 'Turkey' },
    ],
  },
  rating: { rule: 'number', source: ['4.0', '05'], cells: [{ rating: 4 }, { rating: 5 }] },
  hour: {
    rule: 'trim',
    source: ['8:05', '14:30:00'],
    cells: [
      { hour: 8, minute: 5 },
      { hour: 14, minute: 30 },
    ],
  },
};
export const NUMBERS_OF_EACH_TYPE: readonly (readonly [what: string, type: ColumnType, written: WrittenNumbers])[] = [
  ...COLUMN_TYPES.map((type) => [`a column of type ${type}`, type, WRITTEN[type]] as const),
  ['a text column by rule number', 'text', { rule: 'number', source: ['007', '1,001'], cells: ['7', '001001'] }],
  [
    'a dropdown whose texts the mapping replaces',
    'dropdown',
    {
      rule: 'label',
      source: ['first', 'second'],
      cells: [label('SO-1'), label('SO-2')],
      more: { create_labels: 'true', values: { first: 'SO-1', second: 'SO-2' } },
    },
  ],
];

/** A mapping whose order numbers stand in such a column. */
export function mappingOf(type: ColumnType, { rule, more = {} }: WrittenNumbers) {
  const columns = [
    { id: 'number', title: 'Number', source: 'ORDER', type, rule, ...more },
    { id: 'style', title: 'Style', source: 'STYLE', type: 'text', rule: 'trim' },
  ];
  return {
    source: { uuid: 'ROW', customer: 'CLIENT', order_number: 'ORDER', business_key: ['ORDER', 'STYLE'] },
    item: { key: { id: 'k', title: 'K' }, name: { parts: ['STYLE'], separator: ' ' }, columns },
    customers: { ALPHA: [] },
  };
}

export const SOURCE_COLUMNS = [
  { name: 'ROW', type: 'uuid' as const },
  ...['CLIENT', 'ORDER', 'STYLE'].map((name) => ({ name, type: 'text' as const })),
];

/** Three lines of its table, of which the board shows the first two. */
export function rowsOf({ source: [first, second] }: WrittenNumbers): string[][] {
  return [first, second, first].map((number, n) => [uuid(n), 'ALPHA', number, `STYLE ${n}`]);
}

/** What another program has made of them: edits by hand for the simulator. */
export function itemsOf({ cells }: WrittenNumbers): object[] {
  return cells.map((number, n) => ({ create: { name: `old ${n}`, values: { number, style: `STYLE ${n}` } } }));
}
