import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import type pg from 'pg';
import { AuthEndpoint, DemoPeopleService, SignIn } from '#accounts';
import { armFailpoints } from '#common';
import { CompletionsEndpoint, loadTokenizer } from '#completions';
import { PG_POOL } from '#database';
import { createLogger } from '#http';
import { apiDocs } from './api-docs.js';
import { AppModule } from './app.module.js';
import type { ApiConfig } from './config.js';
import { DashboardProxy } from './dashboard-proxy.js';
import { failpointAction } from './failpoints.js';
import { createFrontDoor } from './front-door.js';
import { HealthService } from './health.service.js';
import { jsonBodies } from './json-bodies.js';
import { documentOf } from './openapi.js';
import { refuseDemoPeople, refuseUnsafeDatabase } from './safety.js';

/** How long clients get to come back once on connections they keep open, and be told to open new ones. */
const GOODBYE_MS = 500;
/** Time beyond the drain in which connections that will not end are cut. */
const CLOSE_MS = 1_000;

/** One running API process. */
export interface ApiProcess {
  port: number;
  /** Stops accepting, lets requests end within the drain time, writes their settlements, closes. */
  stop(): Promise<void>;
}

/** Starts serving on `config.port` (0: any free one). Rejects when the database or an address is not to be had. */
export async function startApi(config: ApiConfig): Promise<ApiProcess> {
  const logger = createLogger({ level: config.logLevel, name: 'api' });
  if (config.failpoints.length > 0) {
    logger.warn('this process fails on purpose: FAILPOINTS is set');
    armFailpoints(failpointAction(config.failpoints));
  }
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), expressAdapter(), {
    bodyParser: false,
    logger,
    abortOnError: false,
  });
  app.disable('x-powered-by');
  app.disable('etag');
  await refuseUnsafeDatabase(app.get<pg.Pool>(PG_POOL), config);
  await refuseDemoPeople(app.get(DemoPeopleService), config);
  app.use(['/api/dashboard', '/api/operator'], jsonBodies());
  app.use(
    '/api/docs',
    apiDocs(() => documentOf(app)),
  );
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  await app.init();
  // Loaded now, so that the first person to sign in does not wait for it.
  await app.get(SignIn).auth();
  await loadTokenizer();
  const completions = app.get(CompletionsEndpoint);
  const dashboard = config.dashboardUrl
    ? new DashboardProxy({ target: config.dashboardUrl, publicUrl: config.publicUrl })
    : undefined;
  let leaving = false;
  const server = createFrontDoor({
    completions,
    auth: app.get(AuthEndpoint),
    api: app.getHttpAdapter().getInstance(),
    dashboard,
    headersSeconds: config.limits.bodySeconds,
    isLeaving: () => leaving,
  });
  const port = await listen(server, config);
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    app.get(HealthService).startDraining();
    // Connections in use are given back with their next answer; those still idle after that are closed.
    leaving = true;
    await delay(GOODBYE_MS);
    const closed = new Promise<void>((done) => server.close(() => done()));
    await completions.drain(config.limits.drainSeconds * 1000 - GOODBYE_MS);
    server.closeIdleConnections();
    await Promise.race([closed, delay(CLOSE_MS)]);
    server.closeAllConnections();
    dashboard?.close();
    await app.close();
  };
  return {
    port,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/**
 * The front door compares paths as they are, and a second opinion behind it would be a second door. Nest asks for the
 * router before its caller has the application, so this is said before.
 */
function expressAdapter(): ExpressAdapter {
  const server = express();
  server.enable('case sensitive routing');
  return new ExpressAdapter(server);
}

function listen(server: Server, config: ApiConfig): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen({ port: config.port, host: config.host, backlog: 2_048 }, () => {
      server.off('error', fail);
      done((server.address() as AddressInfo).port);
    });
  });
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, milliseconds).unref();
  });
}
