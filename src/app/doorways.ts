// Which protocol answers at which address: the roles of a node, as listeners.
import type { Socket } from 'node:net';
import { ContentGuards } from '../mail/content/content-guards.js';
import type { Config } from '../config/definition.js';
import type { ConnectionHandler } from '../net/client-connection.js';
import { upgradeToTls } from '../net/handshake.js';
import type { ListenAddress } from '../net/listener.js';
import { Networks } from '../net/networks.js';
import type { TlsKeys } from '../net/tls-keys.js';
import { Pop3Server } from '../pop3/pop3-server.js';
import type { RelayDoor } from '../queue/relay-queue.js';
import type { WayOut } from '../smtp/smtp-parts.js';
import { SmtpServer } from '../smtp/smtp-server.js';
import type { SmtpProfile } from '../smtp/smtp-settings.js';
import type { MailParts } from './mail-parts.js';
import type { WorkerParts } from './worker-parts.js';
import { contentRules, pop3Settings, settingsOf, smtpSettings } from './mail-settings.js';
import { hostOf } from './own-certificate.js';

/** Some ports with one purpose. */
export interface Doorway {
  /** Of the configuration. */
  readonly key: string;
  readonly protocol: string;
  readonly tls: 'none' | 'implicit';
  readonly addresses: readonly ListenAddress[];
  readonly handler: ConnectionHandler;
}

type DoorwayParts = WorkerParts & MailParts & { readonly keys: TlsKeys; readonly relay: RelayDoor };

/** Two round trips to the other side of the world, and some computing. */
const UPGRADE_TIMEOUT_MS = 10_000;

export function doorways(config: () => Config, parts: DoorwayParts): readonly Doorway[] {
  const { roles } = config();
  return [
    ...(roles.includes('smtp') ? smtpDoorways(config, parts) : []),
    ...(roles.includes('pop3') ? pop3Doorways(config, parts) : []),
  ];
}

function smtpDoorways(config: () => Config, parts: DoorwayParts): readonly Doorway[] {
  const { smtp, submission } = config();
  const handler = smtpServer('submission', config, parts);
  return [
    {
      key: 'smtp.listen',
      protocol: 'smtp',
      tls: 'none',
      addresses: smtp.listen,
      handler: smtpServer('smtp', config, parts),
    },
    {
      key: 'submission.listen',
      protocol: 'submission',
      tls: 'none',
      addresses: submission.listen,
      handler,
    },
    {
      key: 'submission.implicitTls',
      protocol: 'submission',
      tls: 'implicit',
      addresses: submission.implicitTls,
      handler,
    },
  ];
}

function smtpServer(profile: SmtpProfile, config: () => Config, parts: DoorwayParts): SmtpServer {
  const hostname = hostOf(config());
  const rules = settingsOf(config, contentRules);
  const xclient = new Networks(() => config().proxies.xclient);
  return new SmtpServer({
    ...parts,
    welcome: parts.loginCheck,
    profile,
    tls: parts.keys,
    settings: settingsOf(config, (current) => smtpSettings(current, hostname)),
    contentFilter: (missing) => new ContentGuards(missing === undefined ? rules() : { ...rules(), missing }),
    mayUseXclient: (client) => xclient.includes(client),
    relay: wayOut(config, parts.relay),
  });
}

function wayOut(config: () => Config, relay: RelayDoor): WayOut {
  const free = new Networks(() => config().relay.from);
  return {
    isThere: config().roles.includes('gateway'),
    isFreeFor: (client) => free.includes(client),
    assertOpen: () => relay.assertOpen(),
  };
}

function pop3Doorways(config: () => Config, parts: DoorwayParts): readonly Doorway[] {
  const { pop3 } = config();
  const options = { protocol: 'pop3', timeoutMs: UPGRADE_TIMEOUT_MS };
  const handler = new Pop3Server({
    ...parts,
    welcome: parts.loginCheck,
    settings: settingsOf(config, pop3Settings),
    upgradeToTls: (socket: Socket) => upgradeToTls(socket, options, { ...parts, tls: parts.keys }),
  });
  return [
    { key: 'pop3.listen', protocol: 'pop3', tls: 'none', addresses: pop3.listen, handler },
    { key: 'pop3.implicitTls', protocol: 'pop3', tls: 'implicit', addresses: pop3.implicitTls, handler },
  ];
}
