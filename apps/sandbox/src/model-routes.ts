import { LRUCache } from 'lru-cache';
import { embeddingsFor, inputText } from './embeddings.js';
import { type Exchange, readBody } from './exchange.js';
import { generate } from './generation.js';
import { answeredInstead } from './instead.js';
import {
  chatRequest,
  type Json,
  type ModelRequest,
  modelOf,
  parseBody,
  textRequest,
} from './model-request.js';
import { hashOf } from './prose.js';
import { SandboxRefusal } from './sandbox.errors.js';
import { NO_SCRIPT, type Script, scriptOf } from './script.js';

/** Ids for clients that want a list; every other id is served as well. */
const LISTED_MODELS = ['sandbox-small', 'sandbox-large', 'sandbox-embedding'];
const CREATED = 1_760_000_000;

/** What lies under `/v1`. */
export class ModelRoutes {
  standing: Script = NO_SCRIPT;
  /** How often a request with `times` has come, by path and body. */
  private readonly seen = new LRUCache<string, number>({ max: 10_000 });

  async serve(path: string, exchange: Exchange): Promise<void> {
    const { method } = exchange.request;
    const isGet = method === 'GET' || method === 'HEAD';
    if (path === '/v1/models' || path.startsWith('/v1/models/')) {
      if (!isGet) throw notAllowed(method);
      return this.models(path, exchange);
    }
    const serve = this.posts[path];
    if (!serve) throw new SandboxRefusal(404, `Unknown path ${path}.`, { code: 'not_found' });
    if (method !== 'POST') throw notAllowed(method);
    const received = await readBody(exchange.request);
    const text = received.toString();
    exchange.recording.received(text, received.length);
    await serve(exchange, parseBody(text), text);
  }

  private readonly posts: Record<string, (exchange: Exchange, body: Json, text: string) => Promise<void>> = {
    '/v1/chat/completions': (exchange, body, text) => this.generation(exchange, chatRequest(body), text),
    '/v1/completions': (exchange, body, text) => this.generation(exchange, textRequest(body), text),
    '/v1/embeddings': (exchange, body, text) => this.embeddings(exchange, body, text),
  };

  private async generation(exchange: Exchange, request: ModelRequest, text: string): Promise<void> {
    const script = this.scriptFor(exchange, { model: request.model, message: request.lastText, text });
    exchange.recording.entry.stream = request.stream;
    if (script !== NO_SCRIPT && (await answeredInstead(exchange, script, request.stream))) return;
    await generate(exchange, request, script);
  }

  private async embeddings(exchange: Exchange, body: Json, text: string): Promise<void> {
    const script = this.scriptFor(exchange, { model: modelOf(body), message: inputText(body), text });
    if (script !== NO_SCRIPT && (await answeredInstead(exchange, script, false))) return;
    const answer = await embeddingsFor(body, script);
    exchange.recording.wrote(0, undefined, answer.usage);
    exchange.send(200, answer.body);
  }

  private async models(path: string, exchange: Exchange): Promise<void> {
    const script = this.scriptFor(exchange, { model: '', message: '', text: '' });
    if (script !== NO_SCRIPT && (await answeredInstead(exchange, script, false))) return;
    const id = decodeURIComponent(path.slice('/v1/models/'.length));
    const data = LISTED_MODELS.map(modelRow);
    exchange.send(200, JSON.stringify(id === '' ? { object: 'list', data } : modelRow(id)));
  }

  private scriptFor(exchange: Exchange, asked: { model: string; message: string; text: string }): Script {
    const { entry } = exchange.recording;
    entry.model = asked.model || null;
    const header = exchange.request.headers['x-sandbox'];
    const script = scriptOf({
      standing: this.standing,
      model: asked.model,
      header: Array.isArray(header) ? header.join(';') : header,
      message: asked.message,
    });
    exchange.recording.steered(script);
    if (script.times === undefined) return script;
    const key = `${entry.path} ${hashOf(asked.text)} ${asked.text.length}`;
    const before = this.seen.get(key) ?? 0;
    this.seen.set(key, before + 1);
    return before < script.times ? script : NO_SCRIPT;
  }
}

function modelRow(id: string) {
  return { id, object: 'model', created: CREATED, owned_by: 'sandbox' };
}

function notAllowed(method: string | undefined): SandboxRefusal {
  return new SandboxRefusal(405, `${method} is not served here.`, { code: 'method_not_allowed' });
}
