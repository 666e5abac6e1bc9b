import { trimEndOf } from '../../../../shared/ground/text.js';
import { wordsOfTitle } from './words.js';

/** Words in titles of columns that hold names of people, or lead to them. */
const PEOPLE: ReadonlySet<string> = new Set(
  'agent assignee attention attn buyer contact designer developer email employee firstname foreman lastname manager merchandiser mobile owner person phone planner requester salesman salesperson supervisor surname telephone user username'.split(
    ' ',
  ),
);
/** `CREATED BY`, `FIRST NAME`. */
const PHRASES = /\b(?:by|first name|last name|full name|e-mail|sales rep)$/i;

/** Rule 29: whether a column may name people, by its title; such a column is not even read to find out. */
export function isPersonal(title: string): boolean {
  const words = wordsOfTitle(title).map((word) => trimEndOf(word, '0123456789'));
  return words.some((word) => PEOPLE.has(word)) || PHRASES.test(title.trim());
}
