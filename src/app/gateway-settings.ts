// The configuration as the gateway wants it told: retries, what a destination is given, how hosts are found.
import type { Config } from '../config/definition.js';
import type { DeliverySettings } from '../relay/delivery/delivery-settings.js';
import type { LaneSettings } from '../relay/dispatch/lane.js';
import type { RetrySettings } from '../relay/dispatch/retry-schedule.js';
import { hostOf } from './own-certificate.js';

export function retrySettings({ relay: { retry } }: Config): RetrySettings {
  return {
    firstMs: retry.first,
    factor: retry.factor,
    maxMs: retry.max,
    warnAfterMs: retry.warnAfter,
    giveUpAfterMs: retry.giveUpAfter,
  };
}

export function laneSettings(config: Config, destination: string): LaneSettings {
  const { connections, messagesPerSecond } = given(config, destination);
  return {
    connections,
    messagesPerSecond,
    isSuspended: false,
    longestPauseMs: config.relay.retry.max,
  };
}

export function deliverySettings(config: Config): DeliverySettings {
  const { relay } = config;
  const { user, password } = relay.smarthostLogin;
  return {
    smarthost: relay.smarthost,
    routes: relay.routes,
    mxPort: relay.dns.mxPort,
    allowLoopbackMx: relay.dns.allowLoopbackMx,
    ourName: hostOf(config),
    keptIdleMs: relay.keptIdle,
    smarthostLogin: user === undefined || password === undefined ? undefined : { user, password },
    destination: (name) => {
      const { messagesPerConnection, recipientsPerMessage, requireTls, sourceAddress } = given(config, name);
      return { messagesPerConnection, recipientsPerMessage, requireTls, sourceAddress };
    },
  };
}

type Given = Config['relay']['perDestination'];

/** What is said of this destination, and of all for the rest. */
function given({ relay }: Config, destination: string): Given {
  const own = Object.hasOwn(relay.destinations, destination) ? relay.destinations[destination] : undefined;
  const said = Object.entries(own ?? {}).filter(([, value]) => value !== undefined);
  return { ...relay.perDestination, ...(Object.fromEntries(said) as Partial<Given>) };
}
