import { Socket } from 'node:net';
import { expect, it } from '@jest/globals';
import { PackageConnection } from '../../../../src/relay/session/package-connection.js';

it('the package still has what we lean on', () => {
  const socket = new Socket();
  const connection = new PackageConnection({
    socket,
    serverName: 'remote.example',
    ourName: 'us.example',
    tls: 'if-offered',
    isCertificateChecked: false,
    stepMs: 1000,
    longestReplyOctets: 1000,
  });
  expect(connection).toMatchObject({
    _responseActions: [],
    _responseQueue: [],
    _remainder: '',
    _supportedExtensions: [],
    _maxAllowedSize: 0,
    _sendCommand: expect.any(Function),
    lastServerResponse: false,
    allowsAuth: false,
    servername: 'remote.example',
  });
  socket.destroy();
});
