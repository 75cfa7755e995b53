import { PassThrough } from 'node:stream';
import { describe, expect, it, jest } from '@jest/globals';
import {
  PackageConnection,
  PackageServer,
  PackageStream,
} from '../../../../src/smtp/adaptation/smtp-server.js';

describe('what we lean on in the package smtp-server', () => {
  it('is there under the names that we override or call', () => {
    const names = ['init', 'close', 'upgrade', '_setListeners', '_createParser', '_resetSession'] as const;
    const events = ['_onClose', '_onError', '_onTimeout', '_armTimeout'] as const;
    for (const name of [...names, ...events])
      expect(PackageConnection.prototype[name]).toBeInstanceOf(Function);
    for (const name of ['updateSecureContext', '_resolveSNI'] as const)
      expect(Object.getPrototypeOf(PackageServer.prototype)).toHaveProperty(name);
  });

  it('never brings its own key near a socket, and does not warn of it', () => {
    const warn = jest.spyOn(console, 'error');
    expect(new PackageServer(undefined).secureContext.size).toBe(0);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('asks our certificates for each handshake, by the host that the client asks for', () => {
    const asked: (string | undefined)[] = [];
    const context = { context: undefined };
    const server = new PackageServer({
      secureContext: (name) => {
        asked.push(name);
        return context;
      },
    });
    server.prepareHandshake();
    expect(server.secureContext.get('*')).toBe(context);
    server._resolveSNI('mail.test', (error, found) => expect([error, found]).toEqual([null, context]));
    expect(asked).toEqual([undefined, 'mail.test']);
    expect.assertions(3);
  });

  it('closes a stream of commands by marking it, which stops the reading at once', () => {
    expect(new PackageStream().isClosed).toBe(false);
  });

  it('runs no half command when the client is gone', async () => {
    const stream = new PackageStream();
    stream.oncommand = () => {
      throw new Error('a half command was run');
    };
    const source = new PassThrough();
    source.end('QUI');
    await new Promise((resolve) => source.pipe(stream).on('finish', resolve));
    expect(stream._remainder).toBe('');
  });
});
