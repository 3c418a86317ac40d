import { DomainError } from '#common';

/** A refusal in OpenAI's error shape; `status` is the HTTP status it leaves with. */
export class SandboxRefusal extends DomainError {
  constructor(
    readonly status: number,
    message: string,
    readonly wire: { param?: string; code?: string } = {},
  ) {
    super('upstream_rejected', message, { param: wire.param, status });
  }
}

/** The `type` OpenAI gives an error of this status. */
function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

export function errorBody(status: number, message: string, wire: { param?: string; code?: string }): string {
  const { param = null, code = null } = wire;
  return JSON.stringify({ error: { message, type: errorType(status), param, code } });
}
