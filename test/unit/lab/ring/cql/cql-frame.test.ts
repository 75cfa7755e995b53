import { describe, expect, it } from '@jest/globals';
import {
  decodeResponse,
  encodePassword,
  encodeQuery,
  encodeStartup,
} from '../../../../../src/lab/ring/cql/cql-frame.js';

// The frames below are built after Cassandra's native_protocol_v4.spec; real nodes answer the probe in the ring tests.

function frame(opcode: number, body: Buffer, flags = 0): Buffer {
  const header = Buffer.from([0x84, flags, 0, 0, opcode, 0, 0, 0, 0]);
  header.writeUInt32BE(body.length, 5);
  return Buffer.concat([header, body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function hex(value: string): string {
  return Buffer.from(value).toString('hex');
}

function rowsOf(values: readonly string[]): Buffer {
  const column = [text('system'), text('local'), text('[json]'), Buffer.from([0, 0x0d])];
  const cells = values.map((value) => Buffer.concat([int(Buffer.byteLength(value)), Buffer.from(value)]));
  return frame(0x08, Buffer.concat([int(2), int(1), int(1), ...column, int(values.length), ...cells]));
}

describe('a CQL request', () => {
  it('starts up in version 4 (section 4.1.1)', () => {
    const options = ['0001', hex('\0\x0bCQL_VERSION'), hex('\0\x053.0.0')];
    expect(encodeStartup().toString('hex')).toBe(['0400000001', '00000016', ...options].join(''));
  });

  it('carries a query at consistency ONE without values (section 4.1.4)', () => {
    const body = ['00000009', hex('SELECT é'), '0001', '00'];
    expect(encodeQuery('SELECT é').toString('hex')).toBe(['0400000007', '00000010', ...body].join(''));
  });

  it('logs in by SASL PLAIN (section 4.1.2, RFC 4616)', () => {
    const body = ['0000000a', hex('\0me\0secret')];
    expect(encodePassword('me', 'secret').toString('hex')).toBe(['040000000f', '0000000e', ...body].join(''));
  });
});

describe('a CQL response', () => {
  it('is undecided until its last byte is there', () => {
    const whole = rowsOf(['{"a": 1}']);
    for (let length = 0; length < whole.length; length += 1) {
      expect(decodeResponse(whole.subarray(0, length))).toBeUndefined();
    }
    expect(decodeResponse(whole)?.length).toBe(whole.length);
  });

  it('leaves what follows it alone', () => {
    const whole = Buffer.concat([frame(0x02, Buffer.alloc(0)), rowsOf(['x'])]);
    const first = decodeResponse(whole);
    expect(first).toEqual({ response: { kind: 'ready' }, length: 9 });
    expect(decodeResponse(whole.subarray(first?.length))?.response).toEqual({ kind: 'rows', texts: ['x'] });
  });

  it('holds rows of one text column', () => {
    const response = decodeResponse(rowsOf(['{"a": "é"}', '{}']))?.response;
    expect(response).toEqual({ kind: 'rows', texts: ['{"a": "é"}', '{}'] });
  });

  it('holds no rows where the statement has none', () => {
    expect(decodeResponse(frame(0x08, int(1)))?.response).toEqual({ kind: 'rows', texts: [] });
  });

  it('is understood behind warnings (section 2.2)', () => {
    const warnings = Buffer.concat([Buffer.from([0, 1]), text('too many tombstones')]);
    const rows = rowsOf(['x']).subarray(9);
    const response = decodeResponse(frame(0x08, Buffer.concat([warnings, rows]), 0x08))?.response;
    expect(response).toEqual({ kind: 'rows', texts: ['x'] });
  });

  it('wants a password, accepts it, or is an error with code and words', () => {
    expect(decodeResponse(frame(0x03, text('PasswordAuthenticator')))?.response.kind).toBe('authenticate');
    expect(decodeResponse(frame(0x10, int(-1)))?.response.kind).toBe('authenticated');
    expect(
      decodeResponse(frame(0x00, Buffer.concat([int(0x100), text('Bad credentials')])))?.response,
    ).toEqual({
      kind: 'error',
      code: 0x100,
      message: 'Bad credentials',
    });
  });

  it.each([
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request')],
    ['more than it could hold', Buffer.from([0x84, 0, 0, 0, 8, 0x7f, 0xff, 0xff, 0xff])],
    ['an opcode nobody asked for', frame(0x06, Buffer.alloc(0))],
    ['two columns', frame(0x08, Buffer.concat([int(2), int(1), int(2)]))],
    ['a text that is longer than the frame', frame(0x00, Buffer.concat([int(1), Buffer.from([0, 9])]))],
  ])('is refused where it is %s', (_what, bytes) => {
    expect(() => decodeResponse(bytes)).toThrow(RangeError);
  });
});
