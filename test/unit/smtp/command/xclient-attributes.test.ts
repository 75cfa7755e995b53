import { describe, expect, it } from '@jest/globals';
import { parseXclient } from '../../../../src/smtp/command/xclient-attributes.js';

describe('the attributes of XCLIENT', () => {
  it('are read as Postfix documents them', () => {
    expect(parseXclient('ADDR=192.0.2.1 PORT=77 HELO=a+2Bb PROTO=SMTP NAME=client.test')).toEqual({
      address: '192.0.2.1',
      port: 77,
      helo: 'a+b',
      isExtended: false,
    });
    expect(parseXclient('ADDR=[UNAVAILABLE] HELO=[TEMPUNAVAIL] LOGIN=[UNAVAILABLE]')).toEqual({});
  });

  it.each(['', 'FOO=1', 'ADDR=here', 'PORT=x', 'PORT=70000', 'PROTO=LMTP', 'HELO=a+0D+0Ab', 'ADDR'])(
    'are not believed when one is wrong: %s',
    (argument) => {
      expect(parseXclient(argument)).toBeUndefined();
    },
  );

  it('carry no login', () => {
    expect(parseXclient('ADDR=192.0.2.1 LOGIN=anne')).toBe('login');
  });
});
