import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { readApiConfig } from './config.js';

/** Only its shape is looked at: nothing connects to it. */
const NOWHERE = {
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  AUTH_SECRET: 'x'.repeat(32),
  SECRETS_KEY: Buffer.alloc(32).toString('base64'),
};

/** The OpenAPI document of what the dashboard calls, made without a database. */
export async function createOpenApiDocument(): Promise<OpenAPIObject> {
  const app = await NestFactory.create(AppModule.forRoot(readApiConfig(NOWHERE)), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  return documentOf(app);
}

/** Of what signed-in people and operators call: the rest is for programs, and described for them on a page. */
export function documentOf(app: INestApplication): OpenAPIObject {
  const options = new DocumentBuilder()
    .setTitle('Dashboard API')
    .setVersion('1')
    .setDescription(
      'What the dashboard itself calls, with the cookie of your session. Programs use /v1 with an API key: /docs/api.',
    )
    .build();
  const document = SwaggerModule.createDocument(app, options);
  const paths = Object.entries(document.paths).filter(([path]) =>
    /^\/api\/(dashboard|operator)\//.test(path),
  );
  return { ...document, paths: Object.fromEntries(paths) };
}
