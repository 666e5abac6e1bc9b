import { badValue } from './api-error.js';
import type { Stored } from './model.js';
import { isRecord, splitSimple, type Writing } from './writing.js';

const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** An address and the words for it: both are needed, in either form. */
export function writeEmail(input: unknown, { column, now }: Writing): Stored {
  const [email, text] = isRecord(input) ? [input['email'], input['text']] : splitSimple(String(input));
  if (typeof email !== 'string' || !ADDRESS.test(email) || typeof text !== 'string' || text === '') {
    throw badValue(column.type, 'The value of an email column must be an object with email and text.');
  }
  return { email, text, changed_at: now };
}

/** The words may be left out, but not in the simple form. */
export function writeLink(input: unknown, { column, simple, now }: Writing): Stored {
  const [url, text = ''] = isRecord(input) ? [input['url'], input['text']] : splitSimple(String(input));
  const isAddress = typeof url === 'string' && /^https?:\/\//i.test(url) && URL.canParse(url);
  if (!isAddress || typeof text !== 'string' || (simple && text === '')) {
    throw badValue(column.type, 'The value of a link column must be an object with url and text.');
  }
  return { url, text, changed_at: now };
}

/** The limit of a column whose settings state none. */
const RATING_LIMIT = 5;

export function writeRating(input: unknown, { column, simple, fresh, now }: Writing): Stored {
  const given = isRecord(input) ? input['rating'] : simple ? input : undefined;
  const rating = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
  const limit = typeof column.settings['limit'] === 'number' ? column.settings['limit'] : RATING_LIMIT;
  if (typeof rating !== 'number' || !Number.isInteger(rating) || rating < 1 || rating > limit) {
    throw badValue(column.type, `The value of the rating column must be an object with a rating from 1 to ${limit}.`);
  }
  return fresh ? { rating } : { rating, changed_at: now };
}

/** There is no simple form of a time. */
export function writeHour(input: unknown, { column, fresh, now }: Writing): Stored {
  const { hour, minute } = isRecord(input) ? input : {};
  const isUpTo = (part: unknown, most: number) => Number.isInteger(part) && Number(part) >= 0 && Number(part) <= most;
  if (!isUpTo(hour, 23) || !isUpTo(minute, 59)) {
    throw badValue(column.type, 'The value of an hour column must be an object with an hour and a minute.');
  }
  return fresh ? { hour, minute } : { hour, minute, changed_at: now };
}

const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

function isCountry(code: unknown): code is string {
  return typeof code === 'string' && /^[A-Z]{2}$/.test(code) && REGIONS.of(code) !== undefined;
}

/** Digits without any sign between them, and the country whose numbers are written so. */
export function writePhone(input: unknown, { column, fresh, now }: Writing): Stored {
  const [phone, country] = isRecord(input) ? [input['phone'], input['countryShortName']] : splitSimple(String(input));
  if (typeof phone !== 'string' || !/^\+?\d{5,15}$/.test(phone) || !isCountry(country)) {
    throw badValue(column.type, 'The value of a phone column must be an object with phone and countryShortName.');
  }
  return { phone, countryShortName: country, ...(fresh ? {} : { changed_at: now }) };
}

/** Both are needed, and there is no simple form. */
export function writeCountry(input: unknown, { column, fresh, now }: Writing): Stored {
  const { countryCode, countryName } = isRecord(input) ? input : {};
  if (!isCountry(countryCode) || typeof countryName !== 'string' || countryName === '') {
    throw badValue(column.type, 'The value of a country column must be an object with countryCode and countryName.');
  }
  return { countryCode, countryName, ...(fresh ? {} : { changed_at: now }) };
}
