import { type DynamicModule, Module } from '@nestjs/common';
import { AddressRules } from './address-rules.js';
import { type DefaultUpstream, findDefaultUpstream } from './default-upstream.js';
import { UpstreamVetting } from './new-upstream.js';
import { RouteEntity } from './route.entity.js';
import { RoutesRepository } from './routes.repository.js';
import { RoutesService } from './routes.service.js';
import { SecretBox } from './secret-box.js';
import { UpstreamEntity } from './upstream.entity.js';
import { UpstreamClient } from './upstream-client.js';
import { UpstreamHealth } from './upstream-health.js';
import { UpstreamInquiry } from './upstream-inquiry.js';
import { UpstreamPools } from './upstream-pools.js';
import { UpstreamSyncService } from './upstream-sync.service.js';
import { UpstreamsRepository } from './upstreams.repository.js';
import { UpstreamsService } from './upstreams.service.js';
import { DEFAULT_UPSTREAM, UPSTREAMS_SETTINGS, type UpstreamsSettings } from './upstreams.settings.js';

/** Which servers run the models, and the way to them. */
@Module({})
export class UpstreamsModule {
  /** What the data source has to know. */
  static readonly entities = [UpstreamEntity, RouteEntity];

  /** `defaultUpstream`: already found by whoever starts several processes, so that all of them agree. */
  static forRoot(options: { settings: UpstreamsSettings; defaultUpstream?: DefaultUpstream }): DynamicModule {
    const { settings, defaultUpstream } = options;
    return {
      module: UpstreamsModule,
      global: true,
      providers: [
        { provide: UPSTREAMS_SETTINGS, useValue: settings },
        {
          provide: DEFAULT_UPSTREAM,
          useFactory: () => defaultUpstream ?? findDefaultUpstream(settings),
        },
        { provide: SecretBox, useFactory: () => new SecretBox(settings.secretsKey) },
        { provide: AddressRules, useFactory: () => new AddressRules(settings.allowedPrivateUpstreams) },
        UpstreamPools,
        UpstreamClient,
        UpstreamHealth,
        RoutesRepository,
        RoutesService,
        UpstreamsRepository,
        UpstreamVetting,
        UpstreamInquiry,
        UpstreamsService,
        UpstreamSyncService,
      ],
      exports: [RoutesService, UpstreamClient, UpstreamsService, UpstreamSyncService, DEFAULT_UPSTREAM],
    };
  }
}
