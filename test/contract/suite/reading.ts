// Looking at what a store holds, and at how it refuses.
import { Failure } from '../../../src/base/failure.js';
import type { TimeUuid } from '../../../src/base/time-uuid.js';
import type { Store } from '../../../src/store/api/store.js';
import type {
  LargeBody,
  HeldBody,
  MailboxAddress,
  MessageBody,
  MessageEntry,
} from '../../../src/store/types.js';
import type { Ground } from './ground.js';

/** All of an iteration in one list. */
export async function gather<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

export function bytesOfBody(body: MessageBody): Promise<Buffer> {
  return body.kind === 'small' ? Promise.resolve(Buffer.from(body.bytes)) : bytesOf(body.chunks);
}

export function entriesIn(store: Store, ground: Ground, address: MailboxAddress): Promise<MessageEntry[]> {
  return gather(store.mailboxes.list(address, ground.budget()));
}

export async function idsIn(store: Store, ground: Ground, address: MailboxAddress): Promise<TimeUuid[]> {
  return (await entriesIn(store, ground, address)).map((entry) => entry.id);
}

/** The body of the only message of a mailbox, read as another process reads it. */
export async function onlyBodyIn(store: Store, ground: Ground, address: MailboxAddress): Promise<Buffer> {
  const [entry, ...others] = await entriesIn(store, ground, address);
  if (entry === undefined || others.length > 0)
    throw new Error(`the mailbox holds ${others.length + (entry ? 1 : 0)}`);
  return bytesOfBody(await store.mailboxes.read(address, entry, ground.budget()));
}

export type Outcome<T> =
  { readonly kind: 'done'; readonly answer: T } | { readonly kind: 'refused'; readonly failure: Failure };

/** Either way is fine for the case; what is no Failure is not. */
export async function outcomeOf<T>(attempt: Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'done', answer: await attempt };
  } catch (error) {
    if (error instanceof Failure) return { kind: 'refused', failure: error };
    throw error;
  }
}

/** For looking at a body that may not have holders any more. */
export function asHeld(body: LargeBody): HeldBody {
  return body as HeldBody;
}
