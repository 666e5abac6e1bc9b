import { ApiError } from './api-error.js';
import { cellText } from './column-text.js';
import type { Board, Column, ColumnValidation, ItemValues, Stored } from './model.js';

interface Broken {
  itemId: string | null;
  columnIds: string[];
  message: string;
}

/**
 * Holds values against the required columns and validation rules that planners have put on a board. A new item must give
 * all that is required; a change is held to the columns that it names.
 */
export function validate(board: Board, values: ItemValues, itemId: string | null): void {
  const columns = [...board.columns.values()].filter(
    (column) => !column.archived && (itemId === null || column.id in values),
  );
  const broken = columns.flatMap((column): Broken[] => {
    const reason = reasonOf(column, values[column.id] ?? null);
    return reason === null ? [] : [{ itemId, columnIds: [column.id], message: `'${column.title}' ${reason}` }];
  });
  if (broken.length > 0) throw new ApiError('DATA_VALIDATIONS_ERROR', undefined, { error_data: broken });
}

function reasonOf(column: Column, stored: Stored): string | null {
  if (stored === null) return column.required === true ? 'is required' : null;
  const text = cellText(column, stored) ?? '';
  for (const [name, broken] of Object.entries(RULES)) {
    const wanted = column.rule?.[name as keyof ColumnValidation];
    if (wanted !== undefined && broken.when(text, wanted)) return `${broken.must} [${String(wanted)}]`;
  }
  return null;
}

type RuleOperand = NonNullable<ColumnValidation[keyof ColumnValidation]>;

const RULES: Readonly<
  Record<keyof ColumnValidation, { must: string; when: (text: string, wanted: RuleOperand) => boolean }>
> = {
  contains: { must: 'must contain', when: (text, wanted) => !text.includes(String(wanted)) },
  doesNotContain: { must: 'must not contain', when: (text, wanted) => text.includes(String(wanted)) },
  beginsWith: { must: 'must begin with', when: (text, wanted) => !text.startsWith(String(wanted)) },
  atLeast: { must: 'must be at least', when: (text, wanted) => Number(text) < Number(wanted) },
  atMost: { must: 'must be at most', when: (text, wanted) => Number(text) > Number(wanted) },
  notBefore: { must: 'must not be before', when: (text, wanted) => text < String(wanted) },
  notAfter: { must: 'must not be after', when: (text, wanted) => text.slice(0, 10) > String(wanted) },
  oneOf: {
    must: 'must be one of',
    when: (text, wanted) => text.split(', ').some((label) => !(wanted as readonly string[]).includes(label)),
  },
};
