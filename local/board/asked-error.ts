import { z } from 'zod';
import { type HttpAnswer, JSON_TYPE, refusal } from './answers.js';
import { ApiError } from './api-error.js';
import { faultCode } from './error-codes.js';
import { fieldErrorOf, RECORDED, type Recorded } from './recorded/recorded.js';

/** Names of fields and places in lists. */
export type ErrorPath = readonly (string | number)[];

/** What a script may say about the error it asks for, beside its name. */
export const errorFormSchema = z.strictObject({
  /** null: the error has no message. */
  message: z.string().nullable().optional(),
  /** null: the error has no status_code. */
  status_code: z.number().int().nullable().optional(),
  error_data: z.unknown().optional(),
  /** Further extensions; what is named here wins. */
  extensions: z.record(z.string(), z.unknown()).optional(),
  /** HTTP status of the answer; of an error of one field, when no other field has data. */
  http: z.number().int().min(200).max(599).optional(),
  /** Where below the field it strikes, as in `["columns"]` or `[0, "subitems"]`. */
  below: z.array(z.union([z.string(), z.number().int()])).optional(),
  /** True: the field, or the whole request, is carried out all the same. */
  after: z.boolean().optional(),
});
export type ErrorForm = z.infer<typeof errorFormSchema>;

/** An error that a script or a rate asks for: of the request as a whole, or of one field. */
export interface AskedError {
  scope: 'request' | 'field';
  code: string;
  below: ErrorPath;
  after: boolean;
  /** `seconds`: the wait of the account's limits, for codes that say when to come back. */
  answer(requestId: string, seconds: number): HttpAnswer;
  error(seconds: number): ApiError;
}

const CODED = /^error:(.+?)(?:@(field|request))?$/;
const ASKED = /^(?:error:.|recorded:.)/;

export function isAskedError(name: string): boolean {
  return ASKED.test(name) && (!name.startsWith('recorded:') || RECORDED.has(name.slice('recorded:'.length)));
}

/** The error that a fault of that name answers with; null when the fault is of another kind. */
export function askedError(name: string, form: ErrorForm = {}): AskedError | null {
  if (name.startsWith('recorded:')) {
    const recorded = RECORDED.get(name.slice('recorded:'.length));
    return recorded === undefined ? null : ofRecord(recorded, form);
  }
  const [, code, scope] = CODED.exec(name) ?? [];
  return code === undefined ? null : ofCode(code, scope, form);
}

function ofCode(code: string, scope: string | undefined, form: ErrorForm): AskedError {
  const known = faultCode(code);
  const wanted = form.below === undefined ? (scope ?? known.scope) : 'field';
  const extensionsFor = (seconds: number) => ({
    code,
    ...(known.shape === 'bare' ? {} : { status_code: known.status }),
    ...(known.retry === true ? { retry_in_seconds: seconds } : {}),
    ...known.extensions,
    ...(form.status_code === undefined ? {} : { status_code: form.status_code }),
    ...(form.error_data === undefined ? {} : { error_data: form.error_data }),
    ...form.extensions,
  });
  return {
    scope: wanted === 'field' ? 'field' : 'request',
    code,
    below: form.below ?? [],
    after: form.after ?? false,
    answer: (requestId, seconds) => {
      const { message } = form;
      return refusal(code, requestId, {
        seconds: known.retry === true ? seconds : null,
        extensions: withoutNulls(extensionsFor(seconds)),
        ...(form.http === undefined ? {} : { status: form.http }),
        ...(message === undefined || message === null ? {} : { message }),
      });
    },
    error: (seconds) =>
      ApiError.verbatim({
        message: form.message === undefined ? known.message : form.message,
        extensions: withoutNulls(extensionsFor(seconds)),
        alone: form.http ?? known.alone ?? 200,
      }),
  };
}

/** A null stands for "leave it out". */
function withoutNulls(extensions: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(extensions).filter(([, value]) => value !== null));
}

function ofRecord(recorded: Recorded, form: ErrorForm): AskedError {
  const error = fieldErrorOf(recorded);
  return {
    scope: error === null ? 'request' : 'field',
    code: String(error?.extensions?.['code'] ?? recorded.id),
    below: form.below ?? error?.path?.slice(1) ?? [],
    after: form.after ?? false,
    answer: (requestId, seconds) => recordedAnswer(recorded, requestId, seconds),
    error: () =>
      ApiError.verbatim({
        message: error?.message ?? null,
        extensions: { ...error?.extensions },
        alone: recorded.http ?? 200,
      }),
  };
}

function recordedAnswer({ http, headers, body, bodyText }: Recorded, requestId: string, seconds: number): HttpAnswer {
  const status = http ?? 200;
  if (body === undefined) return { status, headers: { 'Content-Type': 'text/html' }, body: bodyText ?? '' };
  const told = Object.entries(headers ?? {}).map(([name, value]) => [name, value === 'N' ? String(seconds) : value]);
  const content = 'extensions' in body ? { ...body, extensions: { request_id: requestId } } : body;
  return { status, headers: { ...JSON_TYPE, ...Object.fromEntries(told) }, body: JSON.stringify(content) };
}
