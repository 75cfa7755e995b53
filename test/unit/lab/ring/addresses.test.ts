import { describe, expect, it } from '@jest/globals';
import { addressAfter, addressRun, aliasCommands, parseAddress } from '../../../../src/lab/ring/addresses.js';

describe('addresses of a ring', () => {
  it('count up from the first', () => {
    expect(addressRun('127.0.0.1', 3)).toEqual(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
  });

  it('carry over into the next octet', () => {
    expect(addressAfter('127.0.0.254', 2)).toBe('127.0.1.0');
    expect(addressAfter('127.255.255.255', 1)).toBe('128.0.0.0');
  });

  it('are IPv4', () => {
    expect(parseAddress('127.0.0.1')).toBe('127.0.0.1');
    for (const text of ['localhost', '127.0.0', '127.0.0.256', '::1', '']) {
      expect(parseAddress(text)).toBeUndefined();
    }
  });

  it('that macOS does not have come with the command that makes them', () => {
    expect(aliasCommands(['127.0.0.2', '127.0.0.3'])).toBe(
      'sudo ifconfig lo0 alias 127.0.0.2 && sudo ifconfig lo0 alias 127.0.0.3',
    );
  });
});
