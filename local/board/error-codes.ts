/** How the API answers with a code: `field` errors stand beside the data of other fields, `request` errors alone. */
export interface FaultCode {
  scope: 'request' | 'field';
  status: number;
  message: string;
  /** `plain`: errors are bare strings; `legacy`: `error_code` at the top, no `errors`; `html`: a gateway's page. */
  shape?: 'plain' | 'legacy' | 'html';
  /** The answer says when to come back. */
  retry?: boolean;
  extensions?: Record<string, unknown>;
}

const refusal = (status: number, message: string): FaultCode => ({ scope: 'request', status, message });
const later = (status: number, message: string): FaultCode => ({ ...refusal(status, message), retry: true });
const page = (status: number, message: string): FaultCode => ({ ...refusal(status, message), shape: 'html' });
const ofField = (status: number, message: string): FaultCode => ({ scope: 'field', status, message });

/** Every code that can be asked for as `error:CODE`; a code that is not here is answered as an unknown one. */
export const FAULT_CODES: Readonly<Record<string, FaultCode>> = {
  COMPLEXITY_BUDGET_EXHAUSTED: later(429, 'Complexity budget exhausted'),
  ComplexityException: { ...later(429, 'Complexity budget exhausted'), shape: 'legacy' },
  RATE_LIMIT_EXCEEDED: later(429, 'Rate limit exceeded'),
  'Rate Limit Exceeded': later(429, 'Rate Limit Exceeded'),
  'Minute limit rate exceeded': later(429, 'Minute limit rate exceeded'),
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
  DAILY_LIMIT_EXCEEDED: refusal(429, 'Daily limit exceeded'),
  REQUEST_MAX_COMPLEXITY_EXCEEDED: {
    ...refusal(200, 'Request exceeds the maximum complexity'),
    extensions: { cost: 5_000_001, max_complexity_per_request: 5_000_000 },
  },
  IDEMPOTENCY_CONFLICT: later(409, 'A request with this idempotency key is currently being processed'),
  'Resource is currently locked, please try again later': later(
    423,
    'Resource is currently locked, please try again later',
  ),
  API_TEMPORARILY_BLOCKED: refusal(200, 'The API is temporarily blocked'),
  'Resource protection': later(429, 'Resource protection'),
  Unauthorized: refusal(401, 'Unauthorized'),
  'Not Authenticated': { ...refusal(401, 'Not Authenticated'), shape: 'plain' },
  'Your ip is restricted': { ...refusal(401, 'Your ip is restricted'), shape: 'plain' },
  UserUnauthorizedException: refusal(403, 'User unauthorized to perform action'),
  USER_UNAUTHORIZED: refusal(403, 'User unauthorized to perform action'),
  USER_ACCESS_DENIED: refusal(403, 'User access denied'),
  missingRequiredPermissions: refusal(403, 'Missing required permissions'),
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
  RecordInvalidException: ofField(422, 'Record invalid'),
  NoSubitemsColumnInThisBoard: ofField(200, 'There is no subitems column in this board'),
  CreateBoardException: ofField(200, 'The board could not be created'),
  DeleteLastGroupException: ofField(409, 'The last group of a board cannot be deleted'),
  InvalidVersionException: refusal(200, 'Invalid API version'),
  CursorException: ofField(200, 'Invalid cursor'),
  CursorExpiredError: ofField(200, 'The cursor has expired'),
  'Parse error on': refusal(200, 'Parse error on "}" (RCURLY) at [1, 1]'),
  GRAPHQL_VALIDATION_FAILED: refusal(400, 'The query is not valid'),
  undefinedField: refusal(200, 'Cannot query field'),
  'Bad request': refusal(400, 'Bad request'),
  JsonParseException: refusal(400, 'The JSON could not be parsed'),
  'Internal Server Error': refusal(500, 'Internal Server Error'),
  INTERNAL_SERVER_ERROR: refusal(500, 'Internal server error'),
  '408': refusal(408, 'Request timeout'),
  '502': page(502, 'Bad Gateway'),
  '503': page(503, 'Service Unavailable'),
  '504': page(504, 'Gateway Timeout'),
};

/** The entry of a code; one that nobody documented is an error of the whole request under HTTP 200. */
export function faultCode(code: string): FaultCode {
  return FAULT_CODES[code] ?? { scope: 'request', status: 200, message: code };
}
