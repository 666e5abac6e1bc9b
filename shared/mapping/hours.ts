import { foldDigits } from './folded.js';

/** Hours and minutes; seconds only where they are none, as a database writes a time. */
const TIME_OF_DAY = /^(?<hour>\d{1,2}):(?<minute>[0-5]\d)(?::00(?:\.0+)?)?(?: ?(?<half>[ap]m))?$/i;

/** HH:MM of the time of day that a text states. Undefined for every other text, and for one with seconds. */
export function readHour(text: string): string | undefined {
  const found = TIME_OF_DAY.exec(foldDigits(text.trim()) ?? '');
  if (found === null) return undefined;
  const { hour: written, minute = '', half } = found.groups ?? {};
  const hour = Number(written);
  if (half === undefined) return hour <= 23 ? hourText(hour, Number(minute)) : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return hourText((hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0), Number(minute));
}

/** HH:MM */
export function hourText(hour: number, minute: number): string {
  return [hour, minute].map((number) => String(number).padStart(2, '0')).join(':');
}
