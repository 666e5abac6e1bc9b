import { compileHasher } from '../../../shared/lines/hash.js';
import { sourceLayout } from '../../../shared/lines/layout.js';
import { mapping, SOURCE_COLUMNS, type SourceLine } from '../../helpers/warehouse.js';

const layout = sourceLayout(
  mapping,
  SOURCE_COLUMNS.map(({ name, type }) => ({ name, dataType: type })),
);
const hash = compileHasher(layout, ['AAG ORDER NUMBER']);

/** The hash of a line under a mapping that used the order number only. */
export function elderHash(source: SourceLine): string {
  return hash(layout.select.map((name) => source[name] ?? null)).toString('hex');
}
