import { allDifferences, type Result } from './compare.js';

/** The result for people: what differs first, then what could not be measured. */
export function reportLines(results: readonly Result[], file: string): string[] {
  const measured = results.filter((result) => 'measured' in result);
  const missing = results.flatMap((result) => ('notMeasured' in result ? [result] : []));
  const differences = allDifferences(results).length;
  const verdict =
    differences === 0
      ? 'none differs from what client and simulator assume'
      : `${differences} aspects differ from what client and simulator assume`;
  return [
    '',
    `${measured.length} of ${results.length} questions answered: ${verdict}.`,
    ...measured.flatMap(differing),
    ...(missing.length === 0 ? [] : ['', 'Not measured:']),
    ...missing.map(({ point, notMeasured }) => `  ${point.id}: ${notMeasured}`),
    '',
    `The facts stand in ${file}.`,
  ];
}

function differing(result: Result): string[] {
  if (!('differences' in result) || result.differences.length === 0) return [];
  const { point, differences } = result;
  return [
    '',
    `${point.id}: ${point.question}`,
    ...differences.map(
      ({ aspect, assumed, answered }) =>
        `  ${aspect}: assumed ${JSON.stringify(assumed)}, answered ${JSON.stringify(answered)}`,
    ),
    `  relied on in ${point.where.join(', ')}`,
  ];
}
