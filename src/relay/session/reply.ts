// A reply of a remote host, as far as anything can be decided by it (RFC 5321 section 4.2, RFC 2034): its code, the
// enhanced status where it has one that fits, and its words on one line, bounded, with nothing a terminal would act on.
import { visibleText } from '../../base/visible-text.js';

export interface Reply {
  readonly code: number;
  /** RFC 3463, as `5.1.1`; of the same class as the code. */
  readonly status: string | undefined;
  /** Code, status and text, as it is shown to people. */
  readonly says: string;
}

const LONGEST_SAYS = 500;
const LINE = /^([2-5]\d\d)(?:[ -](.*)|)$/s;
const STATUS = /^([245])\.(\d{1,3})\.(\d{1,3})(?=\s|$)/;

/** Undefined: what came is no reply of SMTP. */
export function readReply(text: string): Reply | undefined {
  const lines = text.split('\n').map((line) => LINE.exec(line.trimEnd()));
  const [first] = lines;
  const code = first?.[1];
  if (code === undefined || lines.some((line) => line?.[1] !== code)) return undefined;
  const texts = lines.map((found) => found?.[2] ?? '');
  const status = STATUS.exec(texts[0] ?? '')?.[0];
  const words = texts.map((line, at) => (at === 0 ? line : line.replace(STATUS, '').trimStart()));
  return {
    code: Number(code),
    status: status?.startsWith(code.charAt(0)) === true ? status : undefined,
    says: visibleText(`${code} ${words.join(' ')}`.trimEnd(), LONGEST_SAYS),
  };
}
