/** How an attempt failed on the way to an upstream or back; an answer with an error status is not a failure. */
export type FailureKind =
  | 'connect'
  | 'timeout_connect'
  | 'timeout_first_byte'
  | 'timeout_idle'
  | 'reset'
  | 'encoded'
  | 'protocol';

/** Names no host and no address: it may reach a client. */
const PUBLIC_MESSAGES: Record<FailureKind, string> = {
  connect: 'The server that runs this model could not be reached.',
  timeout_connect: 'The server that runs this model did not accept the connection in time.',
  timeout_first_byte: 'The server that runs this model did not begin to answer in time.',
  timeout_idle: 'The server that runs this model stopped answering.',
  reset: 'The server that runs this model broke off.',
  encoded: 'The server that runs this model sent an answer in an encoding that was not asked for.',
  protocol: 'The server that runs this model sent an answer that is not valid HTTP.',
};

/** An attempt that came to nothing, or broke off. */
export class UpstreamFailure extends Error {
  /** For a client. */
  readonly publicMessage: string;

  constructor(
    readonly kind: FailureKind,
    readonly detail: {
      /** Whether the upstream may already have run the request. */
      sent: boolean;
      /** The status that had come before it failed. */
      status?: number;
      /** For the log only: it may name addresses. */
      internal: string;
    },
  ) {
    super(`${kind}: ${detail.internal}`);
    this.name = 'UpstreamFailure';
    this.publicMessage = PUBLIC_MESSAGES[kind];
  }

  get sent(): boolean {
    return this.detail.sent;
  }
}

const KINDS: Record<string, FailureKind> = {
  UND_ERR_CONNECT_TIMEOUT: 'timeout_connect',
  UND_ERR_HEADERS_TIMEOUT: 'timeout_first_byte',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'protocol',
  // The connection ended in the middle of a message: broken off, not nonsense.
  HPE_INVALID_EOF_STATE: 'reset',
};

/** What an error of the HTTP client means, given how far the attempt had come. */
export function failureOf(
  error: Error & { code?: string },
  progress: { sent: boolean; status?: number; anyData: boolean },
): UpstreamFailure {
  const detail = { sent: progress.sent, status: progress.status, internal: describe(error) };
  const code = error.code ?? '';
  if (code === 'UND_ERR_BODY_TIMEOUT') {
    return new UpstreamFailure(progress.anyData ? 'timeout_idle' : 'timeout_first_byte', detail);
  }
  const known = KINDS[code] ?? (error.name === 'HTTPParserError' ? 'protocol' : undefined);
  return new UpstreamFailure(known ?? (progress.sent ? 'reset' : 'connect'), detail);
}

function describe(error: Error & { code?: string }): string {
  return error.code ? `${error.code} ${error.message}` : error.message;
}
