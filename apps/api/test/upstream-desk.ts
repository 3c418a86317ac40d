import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Actor, DatabaseModule } from '#database';
import { ModelsModule } from '#models';
import { type NewUpstream, UpstreamsModule, UpstreamsService } from '#upstreams';
import type { ApiConfig } from '../src/config.js';

const actor: Actor = { kind: 'command_line', id: 'test' };

/** Where an operator adds upstreams and sets routes, beside the running APIs. */
export class UpstreamDesk {
  private constructor(
    private readonly context: INestApplicationContext,
    private readonly upstreams: UpstreamsService,
  ) {}

  static async open({ database, secrets, upstream }: ApiConfig): Promise<UpstreamDesk> {
    const { connectSeconds, firstByteSeconds, idleSeconds } = upstream;
    @Module({
      imports: [
        DatabaseModule.forRoot({
          settings: { url: database.url, poolSize: 2 },
          entities: [...ModelsModule.entities, ...UpstreamsModule.entities],
        }),
        ModelsModule.forRoot({ ownedBy: 'test' }),
        UpstreamsModule.forRoot({
          settings: {
            secretsKey: secrets.key,
            connectSeconds,
            firstByteSeconds,
            idleSeconds,
            allowedPrivateUpstreams: [],
          },
          defaultUpstream: { kind: 'none', baseUrl: null, apiKey: null },
        }),
      ],
    })
    class DeskModule {}
    const context = await NestFactory.createApplicationContext(DeskModule, { logger: ['error'] });
    return new UpstreamDesk(context, context.get(UpstreamsService));
  }

  /** An upstream that no model has yet. */
  async add(upstream: NewUpstream): Promise<void> {
    await this.upstreams.add(actor, upstream);
  }

  /** From now on these serve the model, the first one first. */
  async route(modelId: string, upstreams: string[]): Promise<void> {
    await this.upstreams.setRoute(actor, { modelId, hops: upstreams.map((upstream) => ({ upstream })) });
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
