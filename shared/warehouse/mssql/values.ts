import sql from 'mssql';
import { FixFirstError } from '../../ground/errors.js';
import { withoutTrailingZeros } from '../../ground/text.js';

/** A column of a result, as the client describes it. */
export interface ResultColumn {
  name: string;
  type: unknown;
  scale?: number | undefined;
  precision?: number | undefined;
}

type ValueReader = (value: unknown) => unknown;

/** Digits that a double holds without loss; the client turns decimals into doubles. */
const EXACT_DIGITS = 15;
const NANOSECOND_DIGITS = 7;
/** The digits of a REAL: at least six, at most nine. */
const REAL_DIGITS = [6, 7, 8, 9] as const;

/** Functions that convert the client's values to those of `query`: a date as text, a time as Date, a decimal as text. */
export function rowReaders(columns: readonly ResultColumn[]): ValueReader[] {
  return columns.map((column) => {
    if (column.type === sql.DateTime2 || column.type === sql.DateTime || column.type === sql.SmallDateTime) return asIs;
    return textReader(column);
  });
}

/** The same for `stream`, where every value is text or a number: times in PostgreSQL's format. */
export function streamReaders(columns: readonly ResultColumn[]): ValueReader[] {
  return columns.map((column) => textReader(column));
}

/** The columns whose values need conversion, with the functions; most need none. */
export function convertersOf(readers: readonly ValueReader[]): { index: number; read: ValueReader }[] {
  return readers.map((read, index) => ({ index, read })).filter(({ read }) => read !== asIs);
}

const asIs: ValueReader = (value) => value;
const unlessNull =
  (read: (value: never) => unknown): ValueReader =>
  (value) =>
    value === null || value === undefined ? null : read(value as never);
const dateText = unlessNull((value: Date) => value.toISOString().slice(0, 10));
const timestampText = unlessNull(
  (value: Date) => `${value.toISOString().slice(0, 10)} ${value.toISOString().slice(11, 19)}${fraction(value)}`,
);
const timeText = unlessNull((value: Date) => `${value.toISOString().slice(11, 19)}${fraction(value)}`);
/** The shortest number that is the same REAL: the client widens 0.1 to 0.10000000149011612. */
const shortestReal = unlessNull((value: number) => {
  for (const digits of REAL_DIGITS) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
});
const bitNumber = unlessNull((value: boolean) => (value ? 1 : 0));

function textReader(column: ResultColumn): ValueReader {
  switch (column.type) {
    case sql.Date:
      return dateText;
    case sql.DateTime2:
    case sql.DateTime:
    case sql.SmallDateTime:
      return timestampText;
    case sql.DateTimeOffset:
      return unlessNull((value: Date) => value.toISOString());
    case sql.Time:
      return timeText;
    case sql.Real:
      return shortestReal;
    case sql.Bit:
      return bitNumber;
    case sql.Decimal:
    case sql.Numeric:
    case sql.Money:
    case sql.SmallMoney:
      return decimalReader(column);
    default:
      return asIs;
  }
}

/** The client reads every decimal as a double: what would lose digits is refused, see `readableColumns`. */
function decimalReader({ name, type, scale, precision }: ResultColumn): ValueReader {
  const isMoney = type === sql.Money || type === sql.SmallMoney;
  const digits = isMoney ? (type === sql.Money ? 19 : 10) : (precision ?? Number.POSITIVE_INFINITY);
  const places = isMoney ? 4 : (scale ?? 0);
  if (digits <= EXACT_DIGITS) return unlessNull((value: number) => value.toFixed(places));
  return unlessNull((value: number) => {
    if (value === 0) return value.toFixed(places);
    throw new FixFirstError(
      'STATEMENT_INVALID',
      `The column ${name} has ${digits} digits, of which the client keeps ${EXACT_DIGITS}: a statement has to read it as text.`,
    );
  });
}

/** The fraction of a second, without trailing zeros. DATETIME2 has up to seven digits; Date holds three of them. */
function fraction(value: Date): string {
  const beyond = 'nanosecondsDelta' in value ? Number(value.nanosecondsDelta) : 0;
  const digits = `${value.toISOString().slice(20, 23)}${beyond.toFixed(NANOSECOND_DIGITS).slice(5)}`;
  const kept = withoutTrailingZeros(digits);
  return kept === '' ? '' : `.${kept}`;
}
