import type { Statement } from '../../shared/warehouse/port/statements.js';

/** Texts as code fills them in, valid on the tables as they are; a place that is not listed makes the test of its statement fail. */
const PLACES: Readonly<Record<string, string>> = {
  started: '"staging_started"',
};
/** Where a place holds another kind of text than elsewhere. */
const SPECIAL: Readonly<Record<string, Readonly<Record<string, string>>>> = {};

/** A statement with its places filled as code fills them. */
export function filledAsIn(statement: Statement): Statement {
  return statement.with({ ...PLACES, ...SPECIAL[statement.name] });
}
