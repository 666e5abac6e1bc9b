import { FAULT_CODES, type FaultCode } from './error-codes.js';

/** An error that the API answers with at a field. */
export class ApiError extends Error {
  /** The `extensions` of its entry in `errors`. */
  readonly extensions: Readonly<Record<string, unknown>>;
  /** HTTP status of an answer whose only field failed with it. */
  readonly alone: number;
  /** False: its entry has no message. */
  readonly hasMessage: boolean = true;

  constructor(code: string, message?: string, details: Record<string, unknown> = {}) {
    const known: FaultCode | undefined = FAULT_CODES[code];
    super(message ?? known?.message ?? code);
    this.extensions = { code, status_code: known?.status ?? 200, ...known?.extensions, ...details };
    this.alone = known?.alone ?? 200;
  }

  /** One whose entry in `errors` is exactly this; `message` null: it has none. */
  static verbatim(form: { message: string | null; extensions: Record<string, unknown>; alone: number }): ApiError {
    const error = new ApiError('', form.message ?? '');
    return Object.assign(error, { ...form, message: form.message ?? '', hasMessage: form.message !== null });
  }

  get code(): string {
    const { code } = this.extensions;
    return typeof code === 'string' ? code : '';
  }
}

/** A value that the column does not take. */
export function badValue(columnType: string, message: string): ApiError {
  return new ApiError('ColumnValueException', message, { error_data: { column_type: columnType } });
}
