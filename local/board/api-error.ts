import { FAULT_CODES, type FaultCode } from './error-codes.js';

/** An error that the API answers with: of one field, or of the whole request. */
export class ApiError extends Error {
  readonly code: string;
  readonly details: Record<string, unknown>;
  /** HTTP status when the whole request fails with it. */
  readonly status: number;

  constructor(code: string, message?: string, details: Record<string, unknown> = {}) {
    const known: FaultCode | undefined = FAULT_CODES[code];
    super(message ?? known?.message ?? code);
    this.code = code;
    this.details = { ...known?.extensions, ...details };
    this.status = known?.status ?? 200;
  }

  /** The `extensions` of its entry in `errors`. */
  get extensions(): Record<string, unknown> {
    return { code: this.code, status_code: this.status, ...this.details };
  }
}

/** A value that the column does not take. */
export function badValue(columnType: string, message: string): ApiError {
  return new ApiError('ColumnValueException', message, { error_data: { column_type: columnType } });
}
