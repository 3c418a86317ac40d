import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccountsModule } from '#accounts';
import { BillingModule } from '#billing';
import { CompletionsModule } from '#completions';
import { DatabaseModule } from '#database';
import { ErrorFilter } from '#http';
import { ModelsModule } from '#models';
import { NotificationsModule } from '#notifications';
import { type DefaultUpstream, UpstreamsModule } from '#upstreams';
import { API_CONFIG, type ApiConfig } from './config.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { ServiceController } from './service.controller.js';

/** Everything that a process needs to serve requests, wired; decides nothing. */
@Module({})
export class AppModule {
  static forRoot(config: ApiConfig): DynamicModule {
    const { limits, secrets, service, upstream } = config;
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forRoot({
          settings: config.database,
          entities: [...ModelsModule.entities, ...UpstreamsModule.entities],
        }),
        AccountsModule.forRoot({
          keyPrefix: service.keyPrefix,
          authSecret: secrets.auth,
          publicUrl: config.publicUrl,
          mode: config.mode,
          signup: service.signup,
          brandName: service.brandName,
          trustedProxies: config.trustedProxies,
        }),
        BillingModule.forRoot({
          holdTtlSeconds: limits.holdTtlSeconds,
          processName: `api ${process.pid}`,
          retentionMonths: config.retentionMonths,
        }),
        ModelsModule.forRoot({ ownedBy: service.ownedBy }),
        NotificationsModule.forRoot({
          publicUrl: config.publicUrl,
          brandName: service.brandName,
          authSecret: secrets.auth,
          showsSecrets: config.mode === 'evaluation',
          smtp: config.smtp,
        }),
        UpstreamsModule.forRoot({
          settings: {
            secretsKey: secrets.key,
            connectSeconds: upstream.connectSeconds,
            firstByteSeconds: upstream.firstByteSeconds,
            idleSeconds: upstream.idleSeconds,
            allowedPrivateUpstreams: upstream.allowedPrivate,
            upstreamBaseUrl: upstream.baseUrl,
            upstreamApiKey: upstream.apiKey,
            upstreamOutputLimitFields: upstream.outputLimitFields,
            ollamaBaseUrl: upstream.ollamaBaseUrl,
            sandboxUrl: upstream.sandboxBaseUrl,
          },
          ...foundUpstream(upstream),
        }),
        CompletionsModule.forRoot({
          maxRequestSeconds: limits.maxRequestSeconds,
          bodySeconds: limits.bodySeconds,
          clientStallSeconds: limits.clientStallSeconds,
        }),
      ],
      controllers: [HealthController, ServiceController],
      providers: [
        { provide: API_CONFIG, useValue: config },
        { provide: APP_FILTER, useClass: ErrorFilter },
        HealthService,
      ],
    };
  }
}

/** The default upstream when it was found before this process began. */
function foundUpstream(upstream: ApiConfig['upstream']): { defaultUpstream?: DefaultUpstream } {
  const { found, ollamaBaseUrl, sandboxBaseUrl } = upstream;
  if (found === 'ollama')
    return { defaultUpstream: { kind: found, baseUrl: `${ollamaBaseUrl}/v1`, apiKey: null } };
  if (found === 'sandbox' && sandboxBaseUrl) {
    return { defaultUpstream: { kind: found, baseUrl: sandboxBaseUrl, apiKey: null } };
  }
  return {};
}
