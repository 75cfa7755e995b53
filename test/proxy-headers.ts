// PROXY headers of version 2, right ones and wrong ones, put together octet by octet.

const START = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const PROXY = 0x21;

export interface BinaryHeader {
  /** Version and command; version 2 and PROXY unless given. */
  readonly command?: number;
  /** Family and transport. */
  readonly family: number;
  readonly ends: readonly number[];
  readonly records?: readonly number[];
}

export function binaryHeader({ command = PROXY, family, ends, records = [] }: BinaryHeader): Buffer {
  const rest = Buffer.from([...ends, ...records]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(rest.length);
  return Buffer.concat([START, Buffer.from([command, family]), length, rest]);
}
