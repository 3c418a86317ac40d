export { type DefaultUpstream, findDefaultUpstream } from './default-upstream.js';
export { RoutesService } from './routes.service.js';
export type { Attempt, UpstreamHandlers, UpstreamHeaders } from './upstream-attempt.js';
export { UpstreamClient, type UpstreamRequest } from './upstream-client.js';
export { type FailureKind, UpstreamFailure } from './upstream-failure.js';
export type { OutputLimitFields, Route, UpstreamTarget } from './upstream-target.js';
export { UpstreamsModule } from './upstreams.module.js';
export { DEFAULT_UPSTREAM, type UpstreamsSettings } from './upstreams.settings.js';
