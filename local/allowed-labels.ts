import { compileValue } from '../shared/mapper/values.js';
import type { ItemColumn, Mapping } from '../shared/mapping/mapping.js';
import { hasLabels } from '../shared/mapping/mapping-checks.js';
import { columnRules } from '../shared/mapping/rules.js';

/** The labels that a mapping itself knows of a column in which push may create none; empty where it knows none. */
export function allowedLabels(mapping: Mapping, column: ItemColumn): string[] {
  if (!hasLabels(column.type) || column.createLabels) return [];
  const read = compileValue(mapping, column);
  const words = [
    ...(column.rule === 'customer' ? mapping.customers.map(({ name }) => name) : []),
    ...column.values.map(([from]) => from),
    ...columnRules({ kind: 'all', rules: [mapping.scope, mapping.cancelled] })
      .filter((rule) => rule.column === column.source)
      .flatMap((rule) => rule.in ?? []),
  ];
  const labels = words.map(read).flatMap((value) => ('text' in value && value.text !== null ? [value.text] : []));
  return [...new Set(labels)];
}
