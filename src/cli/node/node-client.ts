// A node as its operator's commands see it: asks over HTTP, answers with data or a Failure.
import { request } from 'node:http';
import { Failure, failureCodes, type FailureCode } from '../../base/failure.js';
import { isError } from '../../base/is-error.js';
import type { AnyRoute, Route } from '../../admin/api/route.js';

export interface NodeAddress {
  readonly host: string;
  readonly port: number;
  readonly token: KnownToken;
}

export type KnownToken =
  | { readonly kind: 'known'; readonly text: string }
  /** Why it is not, said only when the node asks for it. */
  | { readonly kind: 'unknown'; readonly says: string };

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** No answer is expected to take as long. */
const PATIENCE_MS = 120_000;
/** A list of 100,000 users. */
const MOST_CHARACTERS = 128 * 1024 * 1024;

export class NodeClient {
  readonly #address: NodeAddress;

  constructor(address: NodeAddress) {
    this.#address = address;
  }

  /** Fails with what the node says, *node-unreachable*, *node-strange* or *token-unusable*. */
  async ask<Params, Query, Body, Answer>(
    route: Route<Params, Query, Body, Answer>,
    asked: { readonly params?: Params; readonly query?: Query; readonly body?: Body } = {},
  ): Promise<Answer> {
    const { status, text } = await this.#send(route.method, pathOf(route, asked), asked.body);
    const data = this.#dataOf(text);
    if (status === route.status) return data as Answer; // the node answers by the same definition
    throw this.#failureOf(status, data);
  }

  get #url(): string {
    const { host, port } = this.#address;
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  #dataOf(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw new Failure('node-strange', `what answers at ${this.#url} is no CassMail node`);
    }
  }

  #failureOf(status: number, data: unknown): Failure {
    const { error } = (data ?? {}) as {
      readonly error?: { readonly code?: unknown; readonly detail?: unknown };
    };
    const { code, detail } = error ?? {};
    if (typeof code !== 'string' || !(code in failureCodes)) {
      return new Failure('node-strange', `${this.#url} answers ${status}, which this version does not know`);
    }
    const { token } = this.#address;
    if (code === 'token-needed' && token.kind === 'unknown') return new Failure('token-unusable', token.says);
    return new Failure(code as FailureCode, String(detail)); // looked up above
  }

  #send(method: string, path: string, body: unknown): Promise<Reply> {
    const { host, port, token } = this.#address;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(token.kind === 'known' ? { authorization: `Bearer ${token.text}` } : {}),
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
    };
    return new Promise((resolve, reject) => {
      const asking = request({ host, port, method, path, headers, agent: false, timeout: PATIENCE_MS });
      asking.once('timeout', () =>
        asking.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} seconds`)),
      );
      asking.once('error', (error) => reject(this.#unreachable(error)));
      asking.once('response', (response) => {
        const pieces: string[] = [];
        let characters = 0;
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          pieces.push(piece);
          characters += piece.length;
          if (characters > MOST_CHARACTERS) response.destroy(new Error('the answer has no end'));
        });
        response.once('error', (error) => reject(this.#unreachable(error)));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text: pieces.join('') }));
      });
      asking.end(text);
    });
  }

  #unreachable(error: unknown): Failure {
    const code = isError(error) && 'code' in error ? String(error.code) : '';
    if (code.startsWith('HPE_')) {
      return new Failure('node-strange', `what answers at ${this.#url} does not speak HTTP`);
    }
    const hint =
      code === 'ECONNREFUSED' ? 'start one with cassmail start' : isError(error) ? error.message : code;
    return new Failure('node-unreachable', `no node answers at ${this.#url}: ${hint}`, { cause: error });
  }
}

function pathOf(
  { path }: Pick<AnyRoute, 'path'>,
  { params, query }: { readonly params?: unknown; readonly query?: unknown },
): string {
  const values = (params ?? {}) as Readonly<Record<string, string>>;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
  const known = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  const texts = Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
  const search = new URLSearchParams(texts).toString();
  return search === '' ? filled : `${filled}?${search}`;
}
