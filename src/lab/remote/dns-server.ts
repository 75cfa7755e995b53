// A DNS server on loopback for tests and demos: zones and misbehaviour by name and type, over UDP and TCP on one port.
// What it was asked is counted, so that a test can tell what was remembered.
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { readQuery, replyOctets, type Asked, type Reply, type ZoneRecord } from './dns-octets.js';

/** What is done with a question. */
export type DnsConduct =
  | { readonly do: 'reply'; readonly reply: Reply; readonly delayMs?: number }
  | { readonly do: 'stay-silent' }
  /** Octets that are no DNS message. */
  | { readonly do: 'send'; readonly octets: Buffer }
  /** A right reply to another question, or with another id. */
  | { readonly do: 'lie'; readonly about: 'id' | 'name'; readonly reply: Reply }
  /** TCP only: half of the reply, then the end. */
  | { readonly do: 'cut'; readonly reply: Reply };

export interface DnsEnquiry extends Asked {
  readonly transport: 'udp' | 'tcp';
  /** So many questions of this name and type have come, this one included. */
  readonly count: number;
}

export type DnsScript = (enquiry: DnsEnquiry) => DnsConduct;

const NO_SUCH_NAME: DnsConduct = { do: 'reply', reply: { code: 'NXDOMAIN', negativeTtlSeconds: 60 } };
const NO_DATA: DnsConduct = { do: 'reply', reply: { code: 'NOERROR', negativeTtlSeconds: 60 } };
/** Without EDNS0 (RFC 1035 section 2.3.4), with it what the program asks for. */
const UDP_OCTETS = { plain: 512, extended: 1232 };
const PORT_TRIES = 20;
/** Of aliases in one reply: a circle of them ends here. */
const DEEPEST_ALIAS = 12;

export class LabDns {
  readonly host: string;
  readonly port: number;
  readonly #udp: UdpSocket;
  readonly #tcp: Server;
  readonly #zones = new Map<string, readonly ZoneRecord[]>();
  readonly #scripts = new Map<string, DnsScript>();
  readonly #counts = new Map<string, number>();
  readonly #connections = new Set<Socket>();

  private constructor(udp: UdpSocket, tcp: Server, { host, port }: { host: string; port: number }) {
    this.host = host;
    this.port = port;
    this.#udp = udp;
    this.#tcp = tcp;
    udp.on('message', (octets, from) => void this.#answerUdp(octets, from));
    tcp.on('connection', (socket) => this.#serveTcp(socket));
  }

  /** On a port that is free for both transports. */
  static async open(host = '127.0.0.1'): Promise<LabDns> {
    for (let tries = 0; ; tries += 1) {
      const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      udp.bind(0, host);
      await once(udp, 'listening');
      const { port } = udp.address();
      const tcp = createServer();
      try {
        tcp.listen(port, host);
        await once(tcp, 'listening');
        return new LabDns(udp, tcp, { host, port: (tcp.address() as AddressInfo).port });
      } catch (error) {
        udp.close();
        if (tries === PORT_TRIES) throw error;
      }
    }
  }

  /** All records of a name, in place of those it had. */
  zone(name: string, records: readonly ZoneRecord[]): this {
    this.#zones.set(name, records);
    return this;
  }

  /** Misbehaviour for questions of one type, or of all (`*`). */
  script(name: string, type: string, script: DnsScript | DnsConduct): this {
    this.#scripts.set(`${name} ${type}`, typeof script === 'function' ? script : () => script);
    return this;
  }

  /** How often it was asked, over both transports. */
  asked(name: string, type: string): number {
    return this.#counts.get(`${name} ${type}`) ?? 0;
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    this.#udp.close();
    this.#tcp.close();
    await Promise.all([once(this.#udp, 'close'), once(this.#tcp, 'close')]);
  }

  #conduct(asked: Asked, transport: 'udp' | 'tcp'): DnsConduct {
    const { name, type } = asked;
    const count = this.asked(name, type) + 1;
    this.#counts.set(`${name} ${type}`, count);
    const script = this.#scripts.get(`${name} ${type}`) ?? this.#scripts.get(`${name} *`);
    if (script !== undefined) return script({ ...asked, transport, count });
    const records = this.#zones.get(name);
    if (records === undefined) return NO_SUCH_NAME;
    const fitting = this.#fitting(records, type);
    return fitting.length === 0 ? NO_DATA : { do: 'reply', reply: { code: 'NOERROR', records: fitting } };
  }

  /** Those of the type; where there is an alias, that and what the name it leads to has, as a resolver replies. */
  #fitting(records: readonly ZoneRecord[], type: string, depth = 0): readonly ZoneRecord[] {
    const alias = records.find((record) => record.type === 'CNAME');
    if (alias === undefined || type === 'CNAME') return records.filter((record) => record.type === type);
    if (depth === DEEPEST_ALIAS) return [alias];
    const target = this.#zones.get(alias.data) ?? [];
    const rest = this.#fitting(target, type, depth + 1);
    return [alias, ...rest.map((record) => recordOf(record, alias.data))];
  }

  async #answerUdp(octets: Buffer, from: RemoteInfo): Promise<void> {
    const asked = readQuery(octets);
    if (asked === undefined) return;
    const reply = await replyTo(asked, this.#conduct(asked, 'udp'));
    if (reply === undefined) return;
    const room = asked.isExtended ? UDP_OCTETS.extended : UDP_OCTETS.plain;
    const fitting = reply.length <= room ? reply : replyOctets(asked, { code: 'NOERROR', isTruncated: true });
    this.#udp.send(fitting, from.port, from.address, () => undefined);
  }

  #serveTcp(socket: Socket): void {
    this.#connections.add(socket);
    socket.on('close', () => this.#connections.delete(socket));
    socket.on('error', () => undefined);
    let received: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE()) return;
      const message = received.subarray(2, 2 + received.readUInt16BE());
      received = Buffer.alloc(0);
      void this.#answerTcp(socket, message);
    });
  }

  async #answerTcp(socket: Socket, octets: Buffer): Promise<void> {
    const asked = readQuery(octets);
    if (asked === undefined) return;
    const conduct = this.#conduct(asked, 'tcp');
    const reply = await replyTo(asked, conduct);
    if (reply === undefined) return;
    const length = Buffer.alloc(2);
    length.writeUInt16BE(reply.length);
    const whole = Buffer.concat([length, reply]);
    socket.end(conduct.do === 'cut' ? whole.subarray(0, whole.length >> 1) : whole);
  }
}

function recordOf({ type, data, ...others }: ZoneRecord, name: string): ZoneRecord {
  return { of: name, ...others, type, data };
}

async function replyTo(asked: Asked, conduct: DnsConduct): Promise<Buffer | undefined> {
  switch (conduct.do) {
    case 'send':
      return conduct.octets;
    case 'cut':
      return replyOctets(asked, conduct.reply);
    case 'lie':
      return conduct.about === 'id'
        ? replyOctets({ ...asked, id: (asked.id + 1) % 65_536 }, conduct.reply)
        : replyOctets(asked, conduct.reply).fill('x', 13, 14); // the first letter of the name
    case 'reply':
      if (conduct.delayMs !== undefined) await pause(conduct.delayMs);
      return replyOctets(asked, conduct.reply);
    case 'stay-silent':
    default:
      return undefined;
  }
}
