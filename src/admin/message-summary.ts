// The one file that knows the mail parser: who a message is from and what it is about, from its header.
import { simpleParser } from 'mailparser';
import { visibleText } from '../base/visible-text.js';

export interface MessageSummary {
  readonly from: string | null;
  readonly subject: string | null;
}

const MOST_CHARACTERS = 200;
/** RFC 5322 section 2.1: an empty line ends the header. */
const END_OF_HEADER = /\r?\n\r?\n/;

/** `head` is the beginning of the message; of its body nothing is looked at. */
export async function summaryOf(head: Uint8Array): Promise<MessageSummary> {
  const bytes = Buffer.from(head);
  const end = END_OF_HEADER.exec(bytes.toString('latin1'))?.index ?? bytes.length;
  const { from, subject } = await simpleParser(
    Buffer.concat([bytes.subarray(0, end), Buffer.from('\r\n\r\n')]),
  );
  return { from: shown(from?.text), subject: shown(subject) };
}

function shown(text: string | undefined): string | null {
  return text === undefined ? null : visibleText(text, MOST_CHARACTERS);
}
