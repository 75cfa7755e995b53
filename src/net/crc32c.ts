// The checksum of iSCSI (RFC 3720 section 12.1, appendix B.4), which Node's own `crc32` is not: CRC-32 with the polynomial
// of Castagnoli, bits reflected.

const REFLECTED_POLYNOMIAL = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, octet) => {
  let rest = octet;
  for (let bit = 0; bit < 8; bit += 1)
    rest = (rest & 1) === 0 ? rest >>> 1 : (rest >>> 1) ^ REFLECTED_POLYNOMIAL;
  return rest;
});

export function crc32c(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const octet of bytes) rest = (table[(rest ^ octet) & 0xff] ?? 0) ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}
