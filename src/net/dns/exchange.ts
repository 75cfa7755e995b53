// One question to one server, over UDP or TCP, and the reply to it or nothing. Each question has a socket of its own, so
// that the system gives it a port that nobody can guess (RFC 5452 section 9.2), and the socket takes nothing from anybody
// but the server that was asked. What is no reply to this question is passed over, so that a forger must be quick as well
// as right; a server that does nothing else is given up.
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { Cancel, Timers } from '../../base/clock.js';
import { readReply, type DnsReply } from './dns-message.js';

export interface DnsServer {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
}

export interface Enquiry {
  readonly server: DnsServer;
  readonly octets: Buffer;
  readonly timeoutMs: number;
  readonly isReply: (reply: DnsReply) => boolean;
}

/** Undefined: no reply in time, or none that could be read. */
export type Exchange = (enquiry: Enquiry, timers: Timers) => Promise<DnsReply | undefined>;

const STRANGE_DATAGRAMS = 100;
/** The length that stands before a message over TCP (RFC 1035 section 4.2.2). */
const LENGTH_OCTETS = 2;

export function askOverUdp(enquiry: Enquiry, timers: Timers): Promise<DnsReply | undefined> {
  const { server, octets, timeoutMs, isReply } = enquiry;
  const socket = createSocket(isIPv6(server.host) ? 'udp6' : 'udp4');
  return settledOnce(
    (settle) => {
      let strange = 0;
      socket.on('error', () => settle());
      socket.on('message', (datagram) => {
        const reply = readReply(datagram);
        if (reply !== undefined && isReply(reply)) settle(reply);
        else if ((strange += 1) === STRANGE_DATAGRAMS) settle();
      });
      socket.connect(server.port, server.host, () => {
        socket.send(octets, (error) => {
          if (error !== null) settle();
        });
      });
      return timers.after(timeoutMs, () => settle());
    },
    () => socket.close(),
  );
}

export function askOverTcp(enquiry: Enquiry, timers: Timers): Promise<DnsReply | undefined> {
  const { server, octets, timeoutMs, isReply } = enquiry;
  const socket = connect({ host: server.host, port: server.port });
  return settledOnce(
    (settle) => {
      let received: Buffer = Buffer.alloc(0);
      socket.on('error', () => settle());
      socket.on('close', () => settle());
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]); // its length has two octets: it cannot grow without end
        const message = wholeMessage(received);
        if (message === undefined) return;
        const reply = readReply(message);
        settle(reply !== undefined && isReply(reply) ? reply : undefined);
      });
      socket.on('connect', () => socket.write(withLength(octets)));
      return timers.after(timeoutMs, () => settle());
    },
    () => socket.destroy(),
  );
}

function withLength(octets: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_OCTETS);
  length.writeUInt16BE(octets.length);
  return Buffer.concat([length, octets]);
}

function wholeMessage(received: Buffer): Buffer | undefined {
  if (received.length < LENGTH_OCTETS) return undefined;
  const end = LENGTH_OCTETS + received.readUInt16BE();
  return received.length < end ? undefined : received.subarray(LENGTH_OCTETS, end);
}

function settledOnce(
  begin: (settle: (reply?: DnsReply) => void) => Cancel,
  close: () => void,
): Promise<DnsReply | undefined> {
  return new Promise((resolve) => {
    let isSettled = false;
    const cancel = begin((reply) => {
      if (isSettled) return;
      isSettled = true;
      cancel();
      close();
      resolve(reply);
    });
  });
}
