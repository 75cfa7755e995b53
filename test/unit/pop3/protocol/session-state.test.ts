import { describe, expect, it } from '@jest/globals';
import {
  decide,
  initialState,
  loggedIn,
  type Decision,
} from '../../../../src/pop3/protocol/session-state.js';
import type { SessionRules, SessionState } from '../../../../src/pop3/protocol/session-state.js';
import { replies } from '../../../../src/pop3/protocol/replies.js';

const OPEN: SessionRules = { requiresTls: false, offersTls: true };
const STRICT: SessionRules = { requiresTls: true, offersTls: true };
const PLAIN = Buffer.from('\0anne\0secret').toString('base64');

/** What the last of these lines leads to. */
function after(lines: readonly string[], rules = OPEN, from: SessionState = initialState(false)): Decision {
  let state = from;
  let decision: Decision | undefined;
  for (const text of lines) {
    decision = decide(state, { kind: 'text', text }, rules);
    if ('state' in decision) state = decision.state;
  }
  if (decision === undefined) throw new Error('no line');
  return decision;
}

const inTransaction = (line: string): Decision => after([line], OPEN, loggedIn(initialState(false)));

describe('the AUTHORIZATION state (RFC 1939 section 4)', () => {
  it('takes USER and then PASS', () => {
    expect(after(['USER anne', 'PASS secret'])).toMatchObject({
      kind: 'log-in',
      credentials: { user: 'anne', password: 'secret' },
      state: { user: undefined },
    });
  });

  it('answers USER in the same way whoever it names (RFC 1939 section 13)', () => {
    expect(after(['USER nobody|..'])).toMatchObject({ kind: 'answer', reply: replies.userNoted });
  });

  it('takes PASS only right after USER (RFC 1939 section 7)', () => {
    expect(after(['PASS secret'])).toMatchObject({ kind: 'refuse', reply: replies.userFirst });
    expect(after(['USER anne', 'CAPA', 'PASS secret'])).toMatchObject({ reply: replies.userFirst });
    expect(after(['USER anne', 'PASS secret', 'PASS other'])).toMatchObject({ reply: replies.userFirst });
  });

  it.each(['STAT', 'LIST', 'UIDL 1', 'RETR 1', 'DELE 1', 'TOP 1 1', 'RSET', 'NOOP'])(
    'refuses %s (RFC 1939 section 5)',
    (line) => {
      expect(after([line])).toMatchObject({ kind: 'refuse', reply: replies.wrongState });
    },
  );

  it('ends at QUIT without an UPDATE (RFC 1939 section 4)', () => {
    expect(after(['QUIT'])).toEqual({ kind: 'dismiss', reply: replies.signOff });
  });

  it('sends strangers away at once', () => {
    expect(after(['GET / HTTP/1.1'])).toMatchObject({ kind: 'dismiss' });
    expect(decide(initialState(false), { kind: 'not-text' }, OPEN)).toMatchObject({ kind: 'dismiss' });
  });
});

describe('AUTH (RFC 5034 section 4)', () => {
  it('takes the response with the command', () => {
    expect(after([`AUTH PLAIN ${PLAIN}`])).toMatchObject({
      kind: 'log-in',
      credentials: { user: 'anne', password: 'secret' },
    });
  });

  it('asks for the response, and takes it', () => {
    const asked = after(['AUTH PLAIN']);
    expect(asked).toMatchObject({ kind: 'answer', reply: '+ \r\n', state: { isAuthenticating: true } });
    expect(after(['AUTH PLAIN', PLAIN])).toMatchObject({
      kind: 'log-in',
      state: { isAuthenticating: false },
    });
  });

  it('can be cancelled', () => {
    expect(after(['AUTH PLAIN', '*'])).toMatchObject({
      reply: replies.authCancelled,
      state: { isAuthenticating: false },
    });
  });

  it('refuses broken base64, and is over', () => {
    expect(after(['AUTH PLAIN', 'QUIT!'])).toMatchObject({ kind: 'refuse', reply: replies.badBase64 });
    expect(after(['AUTH PLAIN', 'QUIT!', 'QUIT'])).toMatchObject({ kind: 'dismiss' });
  });

  it('refuses other mechanisms, and lists ours when asked for none', () => {
    expect(after(['AUTH CRAM-MD5'])).toMatchObject({ kind: 'refuse', reply: replies.noSuchMechanism });
    expect(after(['AUTH'])).toMatchObject({ reply: '+OK mechanisms\r\nPLAIN\r\n.\r\n' });
    expect(after(['AUTH'], STRICT)).toMatchObject({ reply: '+OK mechanisms\r\n.\r\n' });
  });
});

describe('where TLS is required', () => {
  it.each(['USER anne', `AUTH PLAIN ${PLAIN}`, 'AUTH PLAIN'])(
    '%s waits for it (RFC 2595 section 4)',
    (line) => {
      expect(after([line], STRICT)).toMatchObject({ kind: 'refuse', reply: replies.tlsFirst });
      expect(after([line], STRICT, initialState(true))).not.toMatchObject({ kind: 'refuse' });
    },
  );

  it('PASS does not even tell that USER was missing', () => {
    expect(after(['PASS secret'], STRICT)).toMatchObject({ reply: replies.tlsFirst });
  });
});

describe('STLS (RFC 2595 section 4)', () => {
  it('begins TLS', () => {
    expect(after(['STLS'])).toEqual({ kind: 'start-tls' });
  });

  it('is refused under TLS, without a certificate, and after the login', () => {
    expect(after(['STLS'], OPEN, initialState(true))).toMatchObject({ reply: replies.tlsAlready });
    expect(after(['STLS'], { ...OPEN, offersTls: false })).toMatchObject({ reply: replies.tlsUnavailable });
    expect(inTransaction('STLS')).toMatchObject({ reply: replies.wrongState });
  });

  it('is refused after UTF8 (RFC 6856 section 2.1)', () => {
    expect(after(['UTF8', 'STLS'])).toMatchObject({ reply: replies.tlsAfterUtf8 });
  });
});

describe('the TRANSACTION state (RFC 1939 section 5)', () => {
  it.each(['USER anne', 'PASS secret', 'AUTH PLAIN', 'STLS', 'UTF8'])('refuses %s', (line) => {
    expect(inTransaction(line)).toMatchObject({ kind: 'refuse', reply: replies.wrongState });
  });

  it('leads to UPDATE at QUIT (RFC 1939 section 6)', () => {
    expect(inTransaction('QUIT')).toEqual({ kind: 'update' });
  });

  it('serves what is about messages', () => {
    expect(inTransaction('retr 3')).toEqual({ kind: 'serve', command: { name: 'RETR', message: 3 } });
  });

  it('bears with binary, as its client has shown who it is', () => {
    const decision = decide(loggedIn(initialState(false)), { kind: 'not-text' }, OPEN);
    expect(decision).toMatchObject({ kind: 'refuse', reply: replies.notText });
  });
});

describe('UTF8 (RFC 6856 section 2.1)', () => {
  it('holds for the rest of the session', () => {
    expect(after(['UTF8', 'USER anne', 'PASS secret'])).toMatchObject({ state: { isUtf8: true } });
  });
});
