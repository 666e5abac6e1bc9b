import { formatDuration } from '../../../shared/ground/clock.js';
import { type Html, html } from '../../../shared/ground/text.js';

const number = new Intl.NumberFormat('en-US');
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });

export const formatNumber = (value: number): string => number.format(value);
export const formatTime = (time: Date): string => `${day.format(time)}, ${clock.format(time)} UTC`;

/** A moment by its time alone where it is of the same day as another one. */
export function formatClock(time: Date, beside: Date): string {
  return day.format(time) === day.format(beside) ? `${clock.format(time)} UTC` : formatTime(time);
}

/** How long ago something was: in minutes, above two days in days. */
export function formatAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return 'less than a minute';
  if (hours < 2) return `${minutes} min`;
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days ${hours % 24} h`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

export function formatMs(ms: number | undefined): string {
  return ms === undefined ? '–' : formatDuration(ms);
}

/** push rounds its forecast to tenths of a minute. */
export function formatForecast(minutes: number | undefined): string {
  if (minutes === undefined) return '–';
  return minutes < 1 ? 'under 1 min' : formatDuration(minutes * 60_000);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export const NOUGHT = html`<span class="quiet nought">·</span>`;

/** A dot in place of a nought, so that a table shows what happened and not what did not. */
export function cell(value: number): Html {
  return value === 0 ? NOUGHT : html`${formatNumber(value)}`;
}

/** Where people see an item. */
export const itemAddress = (itemId: string, boardUrl: string): string => `${boardUrl}/pulses/${itemId}`;

/** What a line is called: its item's name, else what the source calls it, with its size; a bare key only where nothing else is kept. */
export function lineName(line: {
  title: string | null;
  lineKey: string | null;
  described: string | null;
  orderNumber: string | null;
  size?: string;
}): string {
  const { title, lineKey, described, orderNumber, size = '' } = line;
  const called = [described, orderNumber].filter((part) => part !== null).join(' ');
  const name = title ?? (called === '' ? (lineKey ?? 'a row without a uuid') : called);
  return size === '' ? name : `${name}, size ${size}`;
}
