// The last part of a delivery report: the original message, or its header alone.

export interface OriginalForm {
  readonly isWhole: boolean;
  readonly isUtf8: boolean;
  readonly isEightBit: boolean;
}

/** What is told of a header: enough for any real one, and no message's worth. */
const HEADER_OCTETS = 64 * 1024;
const END_OF_HEADER = Buffer.from('\r\n\r\n');

export async function* originalPart(
  original: AsyncIterable<Uint8Array>,
  form: OriginalForm,
): AsyncIterable<Uint8Array> {
  if (form.isWhole) {
    yield Buffer.from(partHeader(form.isUtf8 ? 'message/global' : 'message/rfc822', form.isEightBit));
    yield* original;
    return;
  }
  const header = await headerOf(original);
  const type = form.isUtf8 ? 'message/global-headers' : 'text/rfc822-headers';
  yield Buffer.from(partHeader(type, form.isEightBit));
  yield form.isEightBit ? header : sevenBit(header);
}

function partHeader(type: string, isEightBit: boolean): string {
  const lines = [
    `Content-Type: ${type}`,
    'Content-Description: Your message',
    ...(isEightBit ? ['Content-Transfer-Encoding: 8bit'] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** To the end of its last line; reads no further than it must. */
async function headerOf(original: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const header = Buffer.alloc(HEADER_OCTETS);
  let octets = 0;
  for await (const piece of original) {
    const lookFrom = Math.max(0, octets - END_OF_HEADER.length + 1);
    header.set(piece.subarray(0, HEADER_OCTETS - octets), octets);
    octets = Math.min(HEADER_OCTETS, octets + piece.length);
    const end = header.subarray(0, octets).indexOf(END_OF_HEADER, lookFrom);
    if (end >= 0) return header.subarray(0, end + 2);
    if (octets === HEADER_OCTETS) break;
  }
  const lastLine = header.subarray(0, octets).lastIndexOf('\r\n');
  return header.subarray(0, lastLine < 0 ? 0 : lastLine + 2);
}

/** A header that was sent as 8 bit without a word: its odd octets become question marks. */
function sevenBit(header: Buffer): Buffer {
  return header.every((octet) => octet < 0x80)
    ? header
    : Buffer.from(header.map((octet) => (octet < 0x80 ? octet : 0x3f)));
}
