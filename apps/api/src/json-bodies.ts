import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { DomainError } from '#common';

/** Larger than any form; what is larger is metered, and read elsewhere. */
const LIMIT = '64kb';
/** Reads its own body, at any size a model takes. */
const OWN_READER = '/api/dashboard/playground/chat/completions';

/** Reads JSON for the routes of people. Programs' routes never meet it. */
export function jsonBodies(): RequestHandler {
  const parse = express.json({ limit: LIMIT });
  return (request, response, next) => {
    if (`${request.baseUrl}${request.path}`.replace(/\/$/, '') === OWN_READER) next();
    else parse(request, response, (error?: unknown) => next(error && refusal(error)));
  };
}

function refusal(error: Parameters<ErrorRequestHandler>[0]): DomainError {
  return error?.status === 413
    ? new DomainError('request_too_large', 'The request body is too large.')
    : new DomainError('invalid_json', 'The request body is not valid JSON.');
}
