// As much of the CQL binary protocol, version 4, as it takes to ask a node about itself: STARTUP, a password, QUERY,
// and rows of one text column, which `SELECT JSON` makes of anything. Pure; the section numbers are those of
// Cassandra's native_protocol_v4.spec.

const HEADER_BYTES = 9;
/** What we ask for is small; anything larger is not an answer to us. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

const PROTOCOL_VERSION = 4;
const WARNING_FLAG = 0x08;
const CONSISTENCY_ONE = 1;
const ROWS_KIND = 2;
const GLOBAL_TABLE_FLAG = 1;

/** Section 2.4. */
const requestOpcodes = { startup: 0x01, query: 0x07, authResponse: 0x0f } as const;
const responseOpcodes = {
  error: 0x00,
  ready: 0x02,
  authenticate: 0x03,
  result: 0x08,
  authSuccess: 0x10,
} as const;

export type CqlResponse =
  | { readonly kind: 'ready' | 'authenticate' | 'authenticated' }
  | { readonly kind: 'rows'; readonly texts: readonly string[] }
  | { readonly kind: 'error'; readonly code: number; readonly message: string };

/** Section 4.1.1. */
export function encodeStartup(): Buffer {
  const options = [shortText('CQL_VERSION'), shortText('3.0.0')];
  return encodeRequest(requestOpcodes.startup, [short(options.length / 2), ...options]);
}

/** Section 4.1.2: the SASL PLAIN token that Cassandra's PasswordAuthenticator expects (RFC 4616). */
export function encodePassword(user: string, password: string): Buffer {
  const token = Buffer.from(`\0${user}\0${password}`);
  return encodeRequest(requestOpcodes.authResponse, [int(token.length), token]);
}

/** Section 4.1.4: no values, no paging, consistency ONE. */
export function encodeQuery(cql: string): Buffer {
  const text = Buffer.from(cql);
  return encodeRequest(requestOpcodes.query, [int(text.length), text, short(CONSISTENCY_ONE), Buffer.of(0)]);
}

/** The first response in these bytes and how many it took; undefined while it is not complete. */
export function decodeResponse(bytes: Buffer): { response: CqlResponse; length: number } | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const bodyLength = bytes.readUInt32BE(5);
  if (bytes[0] !== (0x80 | PROTOCOL_VERSION) || bodyLength > BODY_LIMIT_BYTES) {
    throw new RangeError('this is not an answer in version 4 of the CQL protocol');
  }
  const length = HEADER_BYTES + bodyLength;
  if (bytes.length < length) return undefined;
  const body = new Body(bytes.subarray(HEADER_BYTES, length));
  if (((bytes[1] ?? 0) & WARNING_FLAG) !== 0) body.skipTextList();
  return { response: decodeBody(bytes[4] ?? -1, body), length };
}

function decodeBody(opcode: number, body: Body): CqlResponse {
  switch (opcode) {
    case responseOpcodes.ready:
      return { kind: 'ready' };
    case responseOpcodes.authenticate:
      return { kind: 'authenticate' };
    case responseOpcodes.authSuccess:
      return { kind: 'authenticated' };
    case responseOpcodes.error:
      return { kind: 'error', code: body.int(), message: body.shortText() };
    case responseOpcodes.result:
      return { kind: 'rows', texts: body.int() === ROWS_KIND ? decodeRows(body) : [] };
    default:
      throw new RangeError(`opcode ${opcode} is not an answer to what we ask`);
  }
}

/** Section 4.2.5.2, for one text column. */
function decodeRows(body: Body): readonly string[] {
  const flags = body.int();
  if (body.int() !== 1) throw new RangeError('only rows of one column are understood: ask with SELECT JSON');
  if ((flags & ~GLOBAL_TABLE_FLAG) !== 0) throw new RangeError('rows in pages are not understood');
  for (const _keyspaceTableAndColumn of [1, 2, 3]) body.shortText();
  body.short(); // the type: text
  return Array.from({ length: body.int() }, () => body.longText());
}

function encodeRequest(opcode: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.of(PROTOCOL_VERSION, 0, 0, 0, opcode);
  return Buffer.concat([header, int(body.length), body]);
}

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function shortText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([short(bytes.length), bytes]);
}

/** Reads section 3's notations one after the other; a read past the end throws a RangeError. */
class Body {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  short(): number {
    return this.#bytes.readUInt16BE(this.#advance(2));
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#advance(4));
  }

  shortText(): string {
    return this.#text(this.short());
  }

  longText(): string {
    return this.#text(Math.max(0, this.int()));
  }

  skipTextList(): void {
    for (let left = this.short(); left > 0; left -= 1) this.shortText();
  }

  #text(length: number): string {
    const start = this.#advance(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  #advance(count: number): number {
    const start = this.#offset;
    if (start + count > this.#bytes.length) throw new RangeError('a CQL answer ends in the middle');
    this.#offset += count;
    return start;
  }
}
