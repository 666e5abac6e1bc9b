import { z } from 'zod';
import { linkOf, sameUrl } from '../mapping/addresses.js';
import { readCountry } from '../mapping/countries.js';
import { hourText, readHour } from '../mapping/hours.js';
import type { ColumnType } from '../mapping/mapping.js';
import { canonicalDecimal, roundDecimal } from '../mapping/numbers.js';
import { phoneOf, samePhone } from '../mapping/phones.js';
import { isChecked, type LabelIds, parseJson } from './board-values.js';

/** A column value in the API's answer; the typed fields are present if the query requests them. */
export interface ReadBack {
  readonly text?: string | null | undefined;
  /** JSON, as text or decoded. */
  readonly value?: unknown;
  readonly date?: string | null | undefined;
  readonly number?: number | null | undefined;
  readonly values?: readonly { readonly label: string }[] | null | undefined;
  readonly label?: string | null | undefined;
  readonly checked?: boolean | null | undefined;
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly url?: string | null | undefined;
  readonly url_text?: string | null | undefined;
  readonly rating?: number | null | undefined;
  readonly hour?: number | null | undefined;
  readonly minute?: number | null | undefined;
  readonly phone?: string | null | undefined;
  readonly country_short_name?: string | null | undefined;
  readonly country?: { readonly code: string } | null | undefined;
}

/**
 * Whether the board shows what was sent: texts exactly, numbers as decimals at the column's precision, dates
 * and periods by their days, labels exactly, addresses with the words that stand for them. `labels` resolves label ids
 * if the answer has no label text.
 */
export function sameValue(
  type: ColumnType,
  sent: string | null,
  readBack: ReadBack | undefined,
  labels?: LabelIds,
): boolean {
  const shown = readBack ?? {};
  switch (type) {
    case 'text':
      return (shown.text ?? '') === (sent ?? '');
    case 'long_text':
      return withNewLines(shown.text ?? '') === withNewLines(sent ?? '');
    case 'numbers':
      return sameNumber(sent, shown);
    case 'date':
      return shownDay(shown) === sent;
    case 'dropdown':
    case 'status':
      return sameLabel(sent, shown, labels);
    case 'timeline':
      return samePeriod(sent, shown);
    case 'checkbox':
      return (shown.checked ?? isTrue(shownValueOf(shown).checked)) === (sent !== null && isChecked(sent));
    case 'email':
      return sameEmail(sent, shown);
    case 'link':
      return sameLink(sent, shown);
    case 'phone':
      return isSamePhone(sent, shown);
    case 'country':
      return shownCountry(shown) === (sent && (readCountry(sent) ?? sent));
    case 'rating':
      return (shown.rating ?? shownValueOf(shown).rating ?? shown.text ?? '').toString() === (sent ?? '');
    case 'hour':
      return shownHour(shown) === sent;
  }
}

const valueSchema = z.object({
  date: z.string().nullish(),
  time: z.string().nullish(),
  ids: z.array(z.coerce.number()).nullish(),
  index: z.coerce.number().nullish(),
  checked: z.union([z.boolean(), z.string()]).nullish(),
  from: z.string().nullish(),
  to: z.string().nullish(),
  email: z.string().nullish(),
  url: z.string().nullish(),
  text: z.string().nullish(),
  rating: z.coerce.number().nullish(),
  hour: z.coerce.number().nullish(),
  minute: z.coerce.number().nullish(),
  phone: z.string().nullish(),
  countryShortName: z.string().nullish(),
  countryCode: z.string().nullish(),
});
type ShownValue = Partial<z.output<typeof valueSchema>>;

function decoded(value: unknown): unknown {
  return typeof value === 'string' ? parseJson(value) : value;
}

export function shownValueOf({ value }: ReadBack): ShownValue {
  const parsed = valueSchema.safeParse(decoded(value));
  return parsed.success ? parsed.data : {};
}

function withNewLines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

function isTrue(checked: boolean | string | null | undefined): boolean {
  return checked === true || checked === 'true';
}

/**
 * `value` is in UTC; `date` and `text` are in the time zone of the token's user, where a time may make it another day.
 * Without a time, as we send it, all of them are the same day.
 */
export function shownDay(shown: ReadBack): string | null {
  const { date, time } = shownValueOf(shown);
  const text = shown.text?.slice(0, 10);
  return shown.date || (time ? text : date) || text || null;
}

function sameNumber(sent: string | null, shown: ReadBack): boolean {
  const text = (shown.text ?? '').replace(/[,\s]/g, '');
  if (sent === null || text === '') return sent === null && text === '';
  const [wanted, read] = [canonicalDecimal(sent), canonicalDecimal(text)];
  if (wanted === undefined || read === undefined) return false;
  if (wanted === read || shown.number === Number(wanted)) return true;
  // The board keeps a double and shows it at the column's precision.
  const digits = text.split('.')[1]?.length ?? 0;
  return roundDecimal(wanted, digits) === read || (digits > 0 && Number(wanted) === Number(read));
}

function sameLabel(sent: string | null, shown: ReadBack, labels: LabelIds | undefined): boolean {
  // Only `value` shows that a status is empty: if the default label has a text, an empty cell reads as that text.
  if (decoded(shown.value) === null) return sent === null;
  const own = shown.values?.map(({ label }) => label) ?? (shown.label == null ? undefined : [shown.label]);
  if (own !== undefined) return own.length === (sent === null ? 0 : 1) && own[0] === (sent ?? undefined);
  const { ids, index } = shownValueOf(shown);
  const shownIds = ids ?? (index == null ? undefined : [index]);
  const id = sent === null ? undefined : labels?.get(sent);
  // Two labels read "A, B" in text, like one label with a comma; only ids distinguish them.
  if (shownIds !== undefined && id !== undefined) return shownIds.length === 1 && shownIds[0] === id;
  return (shown.text ?? '') === (sent ?? '') && (shownIds?.length ?? 1) <= 1;
}

function samePeriod(sent: string | null, shown: ReadBack): boolean {
  const value = shownValueOf(shown);
  const [from, to] = [shown.from ?? value.from, shown.to ?? value.to].map((day) => day?.slice(0, 10));
  const text = from && to ? `${from} - ${to}` : (shown.text ?? '');
  return text === (sent ?? '');
}

/** Letters of any case lead to the same mailbox. A planner's own words for it are another value. */
function sameEmail(sent: string | null, shown: ReadBack): boolean {
  const value = shownValueOf(shown);
  const [address, words] = [shown.email ?? value.email, shown.label ?? value.text];
  if (!address) return (shown.text || null) === sent;
  const wanted = sent?.toLowerCase();
  return address.toLowerCase() === wanted && (!words || words.toLowerCase() === wanted);
}

function sameLink(sent: string | null, shown: ReadBack): boolean {
  const value = shownValueOf(shown);
  const [url, words] = [shown.url ?? value.url, shown.url_text ?? value.text];
  if (!url || sent === null) return !url && (shown.text || null) === sent;
  const wanted = linkOf(sent);
  return (
    sameUrl(url, wanted.url) &&
    (words ? words === wanted.words || sameUrl(words, wanted.words) : wanted.words === wanted.url)
  );
}

export function shownHour(shown: ReadBack): string | null {
  const value = shownValueOf(shown);
  const [hour, minute] = [shown.hour ?? value.hour, shown.minute ?? value.minute];
  if (hour != null && minute != null) return hourText(hour, minute);
  // As the column's settings write it, in 12 hours or 24.
  return readHour(shown.text ?? '') ?? (shown.text || null);
}

function isSamePhone(sent: string | null, shown: ReadBack): boolean {
  const value = shownValueOf(shown);
  const number = shown.phone ?? value.phone;
  const country = shown.country_short_name ?? value.countryShortName ?? '';
  if (!number || sent === null) return !number && (shown.text || null) === sent;
  return samePhone(phoneOf(sent), { number, country: country.toUpperCase() });
}

/** The code where the answer has it: a board may list a country under another name. */
export function shownCountry(shown: ReadBack): string | null {
  const code = shown.country?.code ?? shownValueOf(shown).countryCode;
  return code?.toUpperCase() || (readCountry(shown.text ?? '') ?? (shown.text || null));
}
