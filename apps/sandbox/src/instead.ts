import { gzipBomb } from './cut-steps.js';
import { type Exchange, JSON_TYPE, STREAM_TYPE } from './exchange.js';
import { play } from './play.js';
import { errorBody } from './sandbox.errors.js';
import type { Script } from './script.js';

/** Does what the script wants instead of an answer; true when there is nothing left to answer. */
export async function answeredInstead(exchange: Exchange, script: Script, stream: boolean): Promise<boolean> {
  const { response, recording } = exchange;
  if (script['first-byte-ms']) {
    await exchange.pause(script['first-byte-ms']);
    if (response.destroyed) return true;
  }
  // The peer's leaving, or the sandbox's end, closes the record of a request that hangs.
  if (script['hang-headers']) return true;
  if (script.reset) {
    recording.end('reset');
    response.socket?.resetAndDestroy();
    return true;
  }
  if (script.status !== undefined) {
    exchange.send(
      script.status,
      statusBody(exchange, script, script.status),
      JSON_TYPE,
      statusHeaders(script),
    );
    return true;
  }
  const type = stream ? STREAM_TYPE : JSON_TYPE;
  if (script['not-json']) {
    exchange.send(200, '<html><body><h1>It works!</h1></body></html>\n', 'text/html');
    return true;
  }
  if (script.empty) {
    exchange.send(200, '', type);
    return true;
  }
  if (script['gzip-bomb'] !== undefined) {
    exchange.open({ 'content-type': type, 'content-encoding': 'gzip' });
    play(gzipBomb(script['gzip-bomb']), response, recording);
    return true;
  }
  return false;
}

function statusBody({ request }: Exchange, script: Script, status: number): string {
  const { localAddress, localPort } = request.socket;
  // What a careless upstream says about itself, and a gateway must not pass on.
  const leak = ` (${request.headers.authorization} at http://${request.headers.host}, ${localAddress}:${localPort})`;
  const message = script.message ?? `The sandbox was told to answer ${status}.`;
  return errorBody(status, message + (script.leak ? leak : ''), script);
}

function statusHeaders(script: Script): string[] {
  return [
    ...(script['retry-after'] === undefined ? [] : ['retry-after', script['retry-after']]),
    ...(script.location === undefined ? [] : ['location', script.location]),
  ];
}
