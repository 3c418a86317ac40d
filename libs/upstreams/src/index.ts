export { type DefaultUpstream, findDefaultUpstream } from './default-upstream.js';
export type { NewUpstream } from './new-upstream.js';
export type { AttemptRecord, RouteCall, RouteHandlers, RouteRequest } from './route-call.js';
export { RoutesService } from './routes.service.js';
export type { Attempt, UpstreamHandlers, UpstreamHeaders } from './upstream-attempt.js';
export { UpstreamClient } from './upstream-client.js';
export { type FailureKind, UpstreamFailure } from './upstream-failure.js';
export type { Inquiry } from './upstream-inquiry.js';
export { type OfferedModel, UpstreamSyncService } from './upstream-sync.service.js';
export {
  OUTPUT_LIMIT_FIELDS,
  type OutputLimitFields,
  type Route,
  type UpstreamTarget,
} from './upstream-target.js';
export { UpstreamsModule } from './upstreams.module.js';
export { type RouteHop, type UpstreamRecord, UpstreamsService } from './upstreams.service.js';
export { DEFAULT_UPSTREAM, type UpstreamsSettings } from './upstreams.settings.js';
