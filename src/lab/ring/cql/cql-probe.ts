// Asks one ring node one question over its client port, as a driver would: connect, start up, log in where it wants
// that, query, hang up. For the lab only: it does not check certificates, since it asks nodes that it started itself.
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Failure } from '../../../base/failure.js';
import { isError } from '../../../base/is-error.js';
import { decodeResponse, encodePassword, encodeQuery, encodeStartup, type CqlResponse } from './cql-frame.js';

export interface ProbeTarget {
  readonly address: string;
  readonly port: number;
  readonly usesTls: boolean;
  readonly login: RingLogin;
}

export interface RingLogin {
  readonly user: string;
  readonly password: string;
}

/** The rows of a `SELECT JSON`, parsed. Any reason why there is no answer is a Failure with that reason. */
export async function probe(
  target: ProbeTarget,
  cql: string,
  timeoutMs: number,
): Promise<readonly unknown[]> {
  const socket = open(target);
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  try {
    return (await converse(socket, target.login, cql)).map((text): unknown => JSON.parse(text));
  } catch (error) {
    if (!isError(error)) throw error;
    const detail = `${target.address}:${target.port}: ${error.message}`;
    throw new Failure('lab-ring-failed', detail, { cause: error });
  } finally {
    socket.destroy();
  }
}

function open({ address, port, usesTls }: ProbeTarget): Socket {
  return usesTls
    ? connectTls({ host: address, port, rejectUnauthorized: false })
    : connect({ host: address, port });
}

async function converse(socket: Socket, login: RingLogin, cql: string): Promise<readonly string[]> {
  socket.write(encodeStartup());
  for await (const response of responses(socket)) {
    switch (response.kind) {
      case 'authenticate':
        socket.write(encodePassword(login.user, login.password));
        break;
      case 'ready':
      case 'authenticated':
        socket.write(encodeQuery(cql));
        break;
      case 'rows':
        return response.texts;
      case 'error':
        throw new Error(`${response.message} (CQL error 0x${response.code.toString(16)})`);
    }
  }
  throw new Error('the node hung up');
}

async function* responses(socket: Socket): AsyncGenerator<CqlResponse> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    for (let next = decodeResponse(bytes); next !== undefined; next = decodeResponse(bytes)) {
      bytes = bytes.subarray(next.length);
      yield next.response;
    }
  }
}
