import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError } from '#common';
import { asDomainError, errorBody, errorHeaders, errorStatus } from './error-response.js';

/** Turns whatever a controller throws into OpenAI's error shape. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const request = http.getRequest<Request>();
    const error = thrown instanceof HttpException ? fromHttpException(thrown) : asDomainError(thrown);
    if (errorStatus(error) >= 500) {
      this.logger.error({ code: error.code, internal: error.detail.internal, path: request.path });
    }
    if (response.headersSent) {
      response.end();
      return;
    }
    response.status(errorStatus(error)).set(errorHeaders(error)).json(errorBody(error));
  }
}

/** Nest's own refusals (unknown route, a DTO that does not validate) in our words. */
function fromHttpException(exception: HttpException): DomainError {
  const status = exception.getStatus();
  if (status === 404) return new DomainError('not_found', 'There is nothing at this address.');
  if (status === 413) return new DomainError('request_too_large', 'The request body is too large.');
  if (status === 400) {
    const reply = exception.getResponse() as { message?: string | string[] };
    const [message] = [reply.message ?? exception.message].flat();
    // A DTO's refusals come as a list, each beginning with its field; any other is a sentence of its own.
    const param = Array.isArray(reply.message) ? message?.split(' ')[0] : undefined;
    return new DomainError('invalid_value', message ?? 'The request is not valid.', { param });
  }
  return new DomainError('internal_error', 'Something failed on our side.', {
    internal: exception.stack,
  });
}
