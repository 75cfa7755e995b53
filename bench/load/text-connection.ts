// A client's end of a conversation in lines: it asks and waits for the whole answer.
import { connect, type Socket } from 'node:net';
import { Answer } from './answer.js';

const IDLE_MS = 60_000;

interface Waiting {
  readonly answer: Answer;
  readonly isComplete: (answer: Answer) => boolean;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export class TextConnection {
  readonly #socket: Socket;
  #waiting: Waiting | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setTimeout(IDLE_MS, () => this.#fail(new Error('the server does not answer')));
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /** Sends the request, unless it is empty, and waits for the answer. One at a time. */
  ask(request: string, isComplete: (answer: Answer) => boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) throw new Error('the server closed the connection');
      this.#waiting = { answer: new Answer(), isComplete, resolve, reject };
      if (request !== '') this.#socket.write(request, 'latin1');
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Says goodbye and does not wait for the answer. */
  end(goodbye: string): void {
    this.#socket.end(goodbye);
  }

  #take(chunk: Buffer): void {
    if (this.#waiting === undefined) return;
    const { answer, isComplete, resolve } = this.#waiting;
    answer.take(chunk);
    if (!isComplete(answer)) return;
    this.#waiting = undefined;
    resolve(answer);
  }

  #fail(error: Error): void {
    this.#socket.destroy();
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}
