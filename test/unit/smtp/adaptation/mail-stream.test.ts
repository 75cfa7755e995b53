import { PassThrough, type Writable } from 'node:stream';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { MailStream, type StreamReader } from '../../../../src/smtp/adaptation/mail-stream.js';

/** Takes a line at a time, and the next one when it is told to go on. */
class SlowReader implements StreamReader {
  readonly lines: string[] = [];
  goOn: () => void = () => undefined;

  line(line: Buffer): Promise<void> {
    this.lines.push(line.toString());
    return new Promise((resolve) => (this.goOn = resolve));
  }

  octets(): undefined {
    return undefined;
  }

  ended(): Promise<void> {
    return Promise.resolve();
  }

  halfLine(): void {
    this.lines.push('…');
  }

  pause(): void {
    return undefined;
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('the stream of what a client sends', () => {
  let reader: SlowReader;
  let stream: MailStream;

  beforeEach(() => {
    reader = new SlowReader();
    stream = new MailStream(reader);
  });

  it('keeps what comes while a line is dealt with, and brings it in order', async () => {
    for (const piece of ['a\r\nb', '\r\nc\r\n', 'd\r\n']) expect(stream.write(Buffer.from(piece))).toBe(true);
    for (const lines of [['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']]) {
      await turns();
      expect(reader.lines.filter((line) => line !== '…')).toEqual(lines);
      reader.goOn();
    }
  });

  it('knows whether anything has come behind a line', async () => {
    stream.write(Buffer.from('a\r\nb\r\n'));
    expect(stream.isLastLine).toBe(false);
    reader.goOn();
    await turns();
    expect(stream.isLastLine).toBe(true);
    stream.write(Buffer.from('c\r\n'));
    expect(stream.isLastLine).toBe(false);
  });

  it('holds so much and no more: who sends more waits until it is read', async () => {
    const source = new PassThrough();
    const sink: Writable = stream;
    source.pipe(sink);
    const line = Buffer.from(`${'x'.repeat(998)}\r\n`);
    for (let count = 0; count < 40; count += 1) source.write(line);
    await turns();
    expect(source.readableLength + source.writableLength).toBeGreaterThan(20_000);
    while (reader.lines.length < 40) {
      reader.goOn();
      await turns();
    }
    expect(source.readableLength).toBe(0);
  });

  it('brings nothing more once it was closed', async () => {
    stream.write(Buffer.from('a\r\nb\r\n'));
    stream.write(Buffer.from('c\r\n'));
    stream.isClosed = true;
    reader.goOn();
    await turns();
    expect(reader.lines).toEqual(['a']);
  });
});
