// Looking for a CR or LF that stands alone, at the speed of memory for lines as people write them. A native search costs
// as much as looking at twenty octets one by one, so text of very short lines is looked at that way.

export const CR = 0x0d;
export const LF = 0x0a;

/** So many lines are found natively, then it is asked whether that is worth it. */
const LINES_PER_STRETCH = 32;
const SHORT_STRETCH = LINES_PER_STRETCH * 16;

/** Where the first one is from `from` on, or -1. A CR that comes last is none yet: what follows decides. */
export function bareNewlineIn(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const begin = at;
    for (let lines = 0; lines < LINES_PER_STRETCH; lines += 1) {
      const cr = bytes.indexOf(CR, at);
      const lf = bytes.indexOf(LF, at);
      if (lf === -1) return cr === -1 || cr === bytes.length - 1 ? -1 : cr;
      if (lf !== cr + 1 || cr === -1) return cr === -1 ? lf : Math.min(cr, lf);
      at = lf + 1;
    }
    if (at - begin < SHORT_STRETCH) return bareNewlineByOctets(bytes, at);
  }
}

function bareNewlineByOctets(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const octet = bytes[at];
    if (octet === LF) return at;
    if (octet !== CR) continue;
    if (at + 1 === bytes.length) return -1;
    if (bytes[at + 1] !== LF) return at;
    at += 1;
  }
  return -1;
}
