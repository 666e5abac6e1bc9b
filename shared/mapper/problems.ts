/** Why a value, a size or a line is not sent as it stands; recorded with the line. */
export const PROBLEM_REASONS = [
  'REQUIRED',
  'NO_NAME',
  'NOT_A_NUMBER',
  'NOT_A_DATE',
  'NOT_A_PERIOD',
  'NOT_A_CHECKMARK',
  'TOO_LONG',
  'SIZE_NOT_A_NUMBER',
  'SIZE_NOT_WHOLE',
  'SIZE_NEGATIVE',
  'SIZE_TOO_LARGE',
  'TOTAL_DIFFERS',
] as const;
export type ProblemReason = (typeof PROBLEM_REASONS)[number];

/** One finding about a line, in a sentence without values of the order. */
export interface Problem {
  /** Title of the board column, or name of the source column where no board column is meant. */
  readonly column: string;
  readonly size?: string;
  readonly reason: ProblemReason;
  readonly message: string;
}
