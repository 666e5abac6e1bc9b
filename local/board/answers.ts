import { type ASTNode, BREAK, GraphQLError, Kind, parse, visit } from 'graphql';
import { ApiError } from './api-error.js';
import { faultCode } from './error-codes.js';

/** An answer before it is sent; `body` is exactly what goes out. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A connection that ends without an answer. */
export type Ending = HttpAnswer | 'cut' | 'silence';

export const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };
const HTML_TYPE = { 'Content-Type': 'text/html' };

function json(status: number, content: Record<string, unknown>, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(content) };
}

/** The page that a gateway shows instead of an answer. */
export function htmlPage(status: number, message: string): HttpAnswer {
  const body = `<html><head><title>${status} ${message}</title></head><body><h1>${status} ${message}</h1></body></html>\n`;
  return { status, headers: HTML_TYPE, body };
}

/** The answer to a request that is refused as a whole, in the shape of its code. */
export function refusal(
  code: string,
  requestId: string,
  options: {
    seconds?: number | null;
    message?: string;
    status?: number;
    /** Beside the usual extensions. */
    details?: Record<string, unknown>;
    /** In place of the usual extensions. */
    extensions?: Record<string, unknown>;
  } = {},
): HttpAnswer {
  const known = faultCode(code);
  const status = options.status ?? known.status;
  const message = options.message ?? known.message;
  const seconds = options.seconds ?? null;
  const headers: Record<string, string> = seconds === null ? {} : { 'Retry-After': String(seconds) };
  const extensions = { request_id: requestId };
  switch (known.shape) {
    case 'html':
      return htmlPage(status, message);
    case 'plain':
      return json(status, { errors: [message], extensions }, headers);
    case 'legacy': {
      const text = seconds === null ? message : `${message}, reset in ${seconds} seconds`;
      const body = { error_code: code, status_code: status, error_message: text, error_data: {}, errors: [text] };
      return json(200, { ...body, account_id: 1 }, headers);
    }
    case 'bare': {
      const told = options.extensions ?? { code, ...(seconds === null ? {} : { retry_in_seconds: seconds }) };
      return json(status, { errors: [{ message, extensions: told }], extensions }, headers);
    }
    default: {
      const retry = seconds === null ? {} : { retry_in_seconds: seconds };
      const details = { ...known.extensions, ...options.details };
      const told = options.extensions ?? { code, status_code: status, ...retry, ...details };
      return json(status, { errors: [{ message, extensions: told }], account_id: 1, extensions }, headers);
    }
  }
}

/** The answer to a request that does not fit the schema. */
export function invalid(errors: readonly GraphQLError[], status: number, requestId: string): HttpAnswer {
  const content = errors.map((error) => {
    const { message, locations } = error;
    const unknown = unknownField(error);
    if (unknown !== null) return { message, locations, ...unknown };
    return { message, locations, extensions: { code: 'GRAPHQL_VALIDATION_FAILED', status_code: status } };
  });
  return json(status, { errors: content, account_id: 1, extensions: { request_id: requestId } });
}

/**
 * An unknown field has a path although nothing ran: it begins with the word query or mutation and names fields, not
 * aliases.
 */
function unknownField({ message, nodes, source }: GraphQLError): Record<string, unknown> | null {
  const [, fieldName, typeName] = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(message) ?? [];
  const [node] = nodes ?? [];
  if (fieldName === undefined || node === undefined || source === undefined) return null;
  const path: string[] = [];
  visit(parse(source), {
    enter: (each, _key, _parent, _path, ancestors) => {
      if (each.kind !== Kind.FIELD || each.loc?.start !== node.loc?.start) return undefined;
      path.push(...[...ancestors, each].flatMap(namesOf));
      return BREAK;
    },
  });
  return { path, extensions: { code: 'undefinedField', typeName, fieldName } };
}

function namesOf(node: ASTNode | readonly ASTNode[]): string[] {
  if (!('kind' in node)) return [];
  if (node.kind === Kind.OPERATION_DEFINITION) return [node.operation];
  return node.kind === Kind.FIELD ? [node.name.value] : [];
}

/** The answer to a request that was executed, with the errors of single fields beside the data. */
export function executed(
  result: { data?: Record<string, unknown> | null | undefined; errors?: readonly GraphQLError[] | undefined },
  requestId: string,
): HttpAnswer {
  const errors = result.errors?.map(viewError);
  const [only] = result.errors ?? [];
  const fields = Object.entries(result.data ?? {}).filter(([name]) => name !== 'complexity');
  const alone = fields.every(([, field]) => field === null);
  const status = alone && only?.originalError instanceof ApiError ? only.originalError.alone : 200;
  const content = { data: result.data ?? null, ...(errors ? { errors } : {}), account_id: 1 };
  return json(status, { ...content, extensions: { request_id: requestId } });
}

/** The answer to a request that failed as a whole while it was executed. */
export function failed(requestId: string): HttpAnswer {
  const originalError = new ApiError('INTERNAL_SERVER_ERROR');
  return executed({ data: null, errors: [new GraphQLError(originalError.message, { originalError })] }, requestId);
}

function viewError({ originalError: cause, locations, path }: GraphQLError): Record<string, unknown> {
  if (!(cause instanceof ApiError)) {
    const extensions = { code: 'INTERNAL_SERVER_ERROR', status_code: 500 };
    return { message: 'Internal server error', locations, path, extensions };
  }
  const extensions = Object.keys(cause.extensions).length === 0 ? {} : { extensions: cause.extensions };
  return { ...(cause.hasMessage ? { message: cause.message } : {}), locations, path, ...extensions };
}
