// The one file that knows the mail parser.
import { simpleParser } from 'mailparser';

export async function subjectOf(message: Buffer): Promise<string | undefined> {
  return (await simpleParser(message)).subject;
}
