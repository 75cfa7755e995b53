// What is known of a client at the moment: where it comes from, how it introduced itself, whether the line is encrypted,
// who logged in. Shared by everything that answers one client; nobody else changes it.
import type { AccountAtLogin } from '../../accounts/login-check.js';
import type { Login } from '../../mail/login.js';
import type { XclientAttributes } from '../command/xclient-attributes.js';

export class Conversation {
  /** XCLIENT may name another than the one that connected. */
  clientAddress: string;
  clientPort: number;
  readonly peerAddress: string;
  helo: string | undefined;
  /** EHLO, not HELO. */
  isExtended = false;
  encryption: string | undefined;
  /** Of who logged in, as it was then. */
  account: AccountAtLogin | undefined;

  constructor(client: { readonly address: string; readonly port: number }, encryption: string | undefined) {
    this.clientAddress = client.address;
    this.clientPort = client.port;
    this.peerAddress = client.address;
    this.encryption = encryption;
  }

  get user(): Login | undefined {
    return this.account?.login;
  }

  get isSecure(): boolean {
    return this.encryption !== undefined;
  }

  /** RFC 3207 section 4.2: what was said before the handshake is forgotten. */
  startedTls(encryption: string): void {
    this.forgetIntroduction();
    this.encryption = encryption;
  }

  /** What XCLIENT said of the client that a proxy speaks for. */
  behindProxy({ address, port, helo, isExtended }: XclientAttributes): void {
    this.clientAddress = address ?? this.clientAddress;
    this.clientPort = port ?? this.clientPort;
    this.helo = helo;
    this.isExtended = isExtended ?? false;
  }

  forgetIntroduction(): void {
    this.helo = undefined;
    this.isExtended = false;
    this.account = undefined;
  }
}
