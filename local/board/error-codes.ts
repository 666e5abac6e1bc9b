/** How the API answers with a code: `field` errors stand beside the data of other fields, `request` errors alone. */
export interface FaultCode {
  scope: 'request' | 'field';
  /** What `status_code` says; of a refused request the HTTP status too. */
  status: number;
  /** HTTP status of an answer whose only field failed with it, where that is not 200. */
  alone?: number;
  message: string;
  /**
   * `bare`: as today's gateway answers, the code and the wait alone; `plain`: errors are bare strings; `legacy`:
   * `error_code` at the top; `html`: a gateway's page.
   */
  shape?: 'bare' | 'plain' | 'legacy' | 'html';
  /** The answer says when to come back. */
  retry?: boolean;
  extensions?: Record<string, unknown>;
}

const refusal = (status: number, message: string): FaultCode => ({ scope: 'request', status, message });
const later = (status: number, message: string): FaultCode => ({ ...refusal(status, message), retry: true });
const bare = (code: FaultCode): FaultCode => ({ ...code, shape: 'bare' });
const page = (status: number, message: string): FaultCode => ({ ...refusal(status, message), shape: 'html' });
const ofField = (status: number, message: string): FaultCode => ({ scope: 'field', status, message });

/** Every code that can be asked for as `error:CODE`; a code that is not here is answered as an unknown one. */
export const FAULT_CODES: Readonly<Record<string, FaultCode>> = {
  COMPLEXITY_BUDGET_EXHAUSTED: bare(later(429, 'Complexity budget exhausted')),
  ComplexityException: { ...later(429, 'Complexity budget exhausted'), shape: 'legacy' },
  MINUTE_RATE_LIMIT_EXCEEDED: bare(later(429, 'Minute rate limit exceeded')),
  RATE_LIMIT_EXCEEDED: later(429, 'Rate limit exceeded'),
  'Rate Limit Exceeded': later(429, 'Rate Limit Exceeded'),
  'Minute limit rate exceeded': later(429, 'Minute limit rate exceeded'),
  MAX_CONCURRENCY_EXCEEDED: bare(later(429, 'Too many concurrent requests')),
  maxConcurrencyExceeded: later(429, 'Concurrency limit exceeded'),
  'Concurrency limit exceeded': later(429, 'Concurrency limit exceeded'),
  IP_RATE_LIMIT_EXCEEDED: later(429, 'IP rate limit exceeded'),
  FIELD_LIMIT_EXCEEDED: {
    ...ofField(429, 'Concurrency limit exceeded for the field'),
    retry: true,
    extensions: { error_data: { entity: 'subitems' } },
  },
  FIELD_MINUTE_RATE_LIMIT_EXCEEDED: { ...ofField(429, 'Minute limit exceeded for the field'), retry: true },
  'Call limit exceeded for CreateBoard': later(429, 'Call limit exceeded for CreateBoard'),
  'Call limit exceeded for DuplicateGroup': later(429, 'Call limit exceeded for DuplicateGroup'),
  tooManyRequests: {
    ...ofField(400, 'Rate limit exceeded for board-columns'),
    extensions: { service: 'data-structure' },
  },
  DAILY_LIMIT_EXCEEDED: bare(later(429, 'Daily limit exceeded')),
  REQUEST_MAX_COMPLEXITY_EXCEEDED: {
    ...refusal(200, 'Request exceeds the maximum complexity'),
    extensions: { cost: 5_000_001, max_complexity_per_request: 5_000_000 },
  },
  IDEMPOTENCY_CONFLICT: bare(later(409, 'A request with this idempotency key is currently being processed')),
  'Resource is currently locked, please try again later': later(
    423,
    'Resource is currently locked, please try again later',
  ),
  API_TEMPORARILY_BLOCKED: refusal(200, 'The API is temporarily blocked'),
  'Resource protection': later(429, 'Resource protection'),
  NOT_AUTHENTICATED: bare(refusal(401, 'Not authenticated')),
  Unauthorized: refusal(401, 'Unauthorized'),
  'Not Authenticated': { ...refusal(401, 'Not Authenticated'), shape: 'plain' },
  'Your ip is restricted': { ...refusal(401, 'Your ip is restricted'), shape: 'plain' },
  UserUnauthorizedException: refusal(403, 'User unauthorized to perform action'),
  USER_UNAUTHORIZED: refusal(403, 'User unauthorized to perform action'),
  USER_ACCESS_DENIED: refusal(403, 'User access denied'),
  missingRequiredPermissions: refusal(403, 'Missing required permissions'),
  UNAUTHORIZED: ofField(403, 'User is not allowed'),
  UNAUTHORIZED_FIELD_OR_TYPE: refusal(200, 'Unauthorized field or type'),
  InvalidBoardIdException: ofField(200, 'Invalid board id'),
  InvalidItemIdException: ofField(200, 'Invalid item id'),
  InvalidColumnIdException: ofField(200, 'Column not found'),
  InvalidUserIdException: ofField(200, 'Invalid user id'),
  ResourceNotFoundException: ofField(200, 'Resource not found'),
  InvalidArgumentException: ofField(200, 'Invalid argument'),
  ColumnValueException: ofField(200, 'Invalid column value'),
  CorrectedValueException: ofField(200, 'The value was corrected'),
  InvalidColumnTypeException: ofField(200, 'Invalid column type'),
  ItemNameTooLongException: ofField(200, 'Item name is too long'),
  ItemsLimitationException: ofField(200, 'The board has reached its items limit'),
  SubitemsLimitationException: ofField(200, 'The item has reached its subitems limit'),
  DATA_VALIDATIONS_ERROR: ofField(422, 'data_validation_error'),
  REVISION_MISMATCH: ofField(409, 'Board revision mismatch'),
  INVALID_INPUT: ofField(400, 'Invalid model data'),
  INVALID_ARGUMENT_EXCEPTION: ofField(400, 'notices.column.settings.update.error.structure'),
  RecordInvalidException: { ...ofField(422, 'Record invalid'), alone: 422 },
  NoSubitemsColumnInThisBoard: ofField(200, 'There is no subitems column in this board'),
  CreateBoardException: ofField(200, 'The board could not be created'),
  DeleteLastGroupException: {
    ...ofField(409, 'Cannot delete last group - board has to have at least one group'),
    alone: 409,
    extensions: { error_data: {}, service: 'monolith' },
  },
  InvalidVersionException: refusal(200, 'Invalid API version'),
  CursorException: ofField(200, 'Invalid cursor'),
  CursorExpiredError: ofField(200, 'The cursor has expired'),
  'Parse error on': refusal(200, 'Parse error on "}" (RCURLY) at [1, 1]'),
  PARSING_ERROR: refusal(400, 'Parse error'),
  GRAPHQL_VALIDATION_FAILED: refusal(400, 'The query is not valid'),
  undefinedField: refusal(200, 'Cannot query field'),
  'Bad request': refusal(400, 'Bad request'),
  JsonParseException: refusal(400, 'The JSON could not be parsed'),
  'Internal Server Error': refusal(500, 'Internal Server Error'),
  INTERNAL_SERVER_ERROR: refusal(500, 'Internal server error'),
  TIMEOUT_EXCEEDED: bare(refusal(503, 'Request processing timeout exceeded')),
  '408': refusal(408, 'Request timeout'),
  '502': page(502, 'Bad Gateway'),
  '503': page(503, 'Service Unavailable'),
  '504': page(504, 'Gateway Timeout'),
};

/** The entry of a code; one that nobody documented is an error of the whole request under HTTP 200. */
export function faultCode(code: string): FaultCode {
  return FAULT_CODES[code] ?? { scope: 'request', status: 200, message: code };
}
