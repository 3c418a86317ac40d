export { FROM_ANYWHERE, rateLimitHeaders, setHeaders } from './answer-headers.js';
export { ErrorFilter } from './error.filter.js';
export {
  asDomainError,
  ERROR_RESPONSES,
  type ErrorBody,
  errorBody,
  errorStatus,
  sendError,
} from './error-response.js';
export { createLogger } from './log.js';
export {
  KEY_SCOPES,
  Key,
  type KeyScope,
  MEMBER_RIGHTS,
  Member,
  type MemberRight,
  Operator,
  Public,
  ROUTE_MARK,
  type RouteMark,
  Session,
} from './route-marks.js';
export { requireSameOrigin } from './same-origin.js';
export { writePiece } from './write-piece.js';
