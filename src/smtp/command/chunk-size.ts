// The argument of BDAT (RFC 3030 section 2): how many octets follow, and whether they are the last.

export interface ChunkSize {
  readonly octets: number;
  readonly isLast: boolean;
}

/** Undefined: nobody can tell where the next command begins. */
export function parseChunkSize(argument: string): ChunkSize | undefined {
  const [, digits, last] = /^(\d{1,15})( +last)?$/i.exec(argument) ?? [];
  return digits === undefined ? undefined : { octets: Number(digits), isLast: last !== undefined };
}
