// What an operator decides about deliveries; asked for with each one, so that a change counts at once.
import type { HostSettings } from '../hosts/host-search.js';

export interface DestinationSettings {
  /** May be infinite. */
  readonly messagesPerConnection: number;
  readonly recipientsPerMessage: number;
  readonly requireTls: boolean | 'verified';
  readonly sourceAddress: string | undefined;
}

export interface DeliverySettings extends HostSettings {
  /** What EHLO says. */
  readonly ourName: string;
  readonly keptIdleMs: number;
  readonly smarthostLogin: { readonly user: string; readonly password: string } | undefined;
  readonly destination: (name: string) => DestinationSettings;
}
