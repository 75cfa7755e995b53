// How mail programs fetch all messages of a mailbox and remove them: after STLS or within TLS, each in its own way of
// asking (USER and PASS, AUTH PLAIN, pipelined or not). All give what they fetched as one text with LF, in order.
import type { ClientStage } from './client-stage.js';

export type Tls = 'after STLS' | 'within TLS';
export const tlsWays: readonly Tls[] = ['after STLS', 'within TLS'];

export interface FetchRequest {
  readonly tls: Tls;
  /** With the mailbox behind a bar, where it is not the inbox. */
  readonly login: string;
  /** That are there. */
  readonly messages: number;
}

export type Fetching = (stage: ClientStage, request: FetchRequest) => Promise<string>;

export const fetchingClients: Readonly<Record<string, Fetching>> = {
  'curl with AUTH PLAIN': curl,
  'mpop, pipelining, with AUTH PLAIN': mpop('plain'),
  'mpop, pipelining, with USER and PASS': mpop('user'),
  fetchmail,
  getmail,
  mutt,
  "Python's poplib": poplib,
};

function portOf({ node }: ClientStage, tls: Tls): number {
  return node.port(tls === 'after STLS' ? 'pop3.listen' : 'pop3.implicitTls');
}

function withLf(text: Buffer): string {
  return text.toString('latin1').replaceAll('\r\n', '\n');
}

async function curl(stage: ClientStage, { tls, login, messages }: FetchRequest): Promise<string> {
  const server = `${tls === 'after STLS' ? 'pop3' : 'pop3s'}://127.0.0.1:${portOf(stage, tls)}`;
  const words = [
    '-sS',
    '--max-time',
    '15',
    '--cacert',
    stage.certificate,
    '--ssl-reqd',
    '--user',
    `${login}:${stage.user.password}`,
    '--login-options',
    'AUTH=PLAIN',
  ];
  let fetched = '';
  for (let left = messages; left > 0; left -= 1) {
    fetched += withLf(await stage.run('curl', [...words, `${server}/1`]));
    await stage.run('curl', [...words, '-X', 'DELE 1', '--head', `${server}/`]);
  }
  return fetched;
}

function mpop(mechanism: string): Fetching {
  return async (stage, { tls, login }) => {
    const config = stage.file(
      'mpoprc',
      [
        'account default',
        'host 127.0.0.1',
        `port ${portOf(stage, tls)}`,
        'tls on',
        `tls_starttls ${tls === 'after STLS' ? 'on' : 'off'}`,
        `tls_trust_file ${stage.certificate}`,
        `auth ${mechanism}`,
        `user ${login}`,
        `passwordeval echo ${stage.user.password}`,
        `delivery mda cat >> ${stage.path('fetched')}`,
        `uidls_file ${stage.path('uidls')}`,
        'pipelining on',
        'received_header off',
        'keep off',
        'timeout 15',
        '',
      ].join('\n'),
    );
    await stage.run('mpop', ['-C', config]);
    return withLf(stage.read('fetched'));
  };
}

async function fetchmail(stage: ClientStage, { tls, login }: FetchRequest): Promise<string> {
  const tlsWords = tls === 'within TLS' ? 'ssl' : "sslproto 'TLS1.2+'";
  const config = stage.file(
    'fetchmailrc',
    `set invisible
poll 127.0.0.1 protocol pop3 port ${portOf(stage, tls)} timeout 15
  user "${login}" password "${stage.user.password}"
  ${tlsWords} sslcertck sslcommonname "mx.example.com" sslcertfile "${stage.certificate}"
  fetchall no keep no rewrite
  mda "cat >> ${stage.path('fetched')}"
`,
  );
  const files = ['--pidfile', stage.path('pid'), '-i', stage.path('ids'), '--nosyslog'];
  await stage.run('fetchmail', ['-f', config, ...files]);
  return withLf(stage.read('fetched'));
}

/** It knows no STLS: there it comes without TLS, to a node that allows that. */
async function getmail(stage: ClientStage, { tls, login }: FetchRequest): Promise<string> {
  stage.file(
    'getmailrc',
    [
      '[retriever]',
      `type = ${tls === 'within TLS' ? 'SimplePOP3SSLRetriever' : 'SimplePOP3Retriever'}`,
      'server = 127.0.0.1',
      `port = ${portOf(stage, tls)}`,
      `username = ${login}`,
      `password = ${stage.user.password}`,
      ...(tls === 'within TLS' ? [`ca_certs = ${stage.certificate}`] : []),
      'timeout = 15',
      '[destination]',
      'type = MDA_external',
      'path = /usr/bin/tee',
      `arguments = ("-a", "${stage.path('fetched')}")`,
      'allow_root_commands = true',
      '[options]',
      'delete = true',
      'received = false',
      'delivered_to = false',
      '',
    ].join('\n'),
  );
  await stage.run('getmail', ['--getmaildir', stage.folder]);
  return withLf(stage.read('fetched'));
}

/** It wants a terminal, which script makes. Its mbox has a line before each message and fields in each header. */
async function mutt(stage: ClientStage, { tls, login }: FetchRequest): Promise<string> {
  const scheme = tls === 'after STLS' ? 'pop' : 'pops';
  const config = stage.file(
    'muttrc',
    [
      `set pop_host="${scheme}://127.0.0.1:${portOf(stage, tls)}"`,
      `set pop_user="${login}"`,
      `set pop_pass="${stage.user.password}"`,
      'set pop_delete=yes',
      'set ssl_starttls=yes',
      'set ssl_force_tls=yes',
      `set certificate_file=${stage.certificate}`,
      `set spoolfile=${stage.file('mbox', '')}`,
      `set folder=${stage.folder}`,
      'set mbox_type=mbox',
      'set move=no',
      'set quit=yes',
      '',
    ].join('\n'),
  );
  await stage.run('script', ['-qec', `mutt -F ${config} -e 'push <fetch-mail><quit>'`, '/dev/null']);
  const mbox = withLf(stage.read('mbox'));
  const messages = mbox.split(/^From .*\n/m).slice(1);
  return messages
    .map((message) => message.replace(/\n$/, '').replace(/^(Status|Content-Length|Lines): .*\n/gm, ''))
    .join('');
}

async function poplib(stage: ClientStage, { tls, login }: FetchRequest): Promise<string> {
  const script = `
import poplib, ssl, sys
trust = ssl.create_default_context(cafile=sys.argv[1])
port = int(sys.argv[2])
${
  tls === 'after STLS'
    ? "client = poplib.POP3('127.0.0.1', port, timeout=15)\nclient.stls(context=trust)"
    : "client = poplib.POP3_SSL('127.0.0.1', port, context=trust, timeout=15)"
}
client.user(sys.argv[3])
client.pass_(sys.argv[4])
count, octets = client.stat()
for number in range(1, count + 1):
    for line in client.retr(number)[1]:
        sys.stdout.buffer.write(line + b'\\n')
    client.dele(number)
client.quit()
`;
  const words = ['-c', script, stage.certificate, String(portOf(stage, tls)), login, stage.user.password];
  return withLf(await stage.run('python3', words));
}
