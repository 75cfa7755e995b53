// The HTTP interface of a node: what it is asked by operators, their programs and load balancers.
import type { Administration } from '../accounts/administration/administration.js';
import type { Clock, Timers } from '../base/clock.js';
import { errorFields } from '../base/error-fields.js';
import type { Log } from '../base/log.js';
import { refusalOf } from './access.js';
import { aliasAnswers, domainAnswers } from './answers/directory-answers.js';
import { mailboxAnswers } from './answers/mailbox-answers.js';
import { nodeAnswers } from './answers/node-answers.js';
import { userAnswers } from './answers/user-answers.js';
import { httpServer, type ListenAddress } from './http-server.js';
import type { NodeView } from './node-view.js';
import { Readiness } from './readiness.js';

export interface AdminServerParts {
  readonly listen: ListenAddress;
  readonly token: string;
  readonly node: NodeView;
  readonly administration: Administration;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

export interface AdminServer {
  /** Where it listens. */
  readonly address: ListenAddress;
  /** Lets what is being answered finish, for a few seconds; users who are being removed stay half removed until asked for again. */
  close(): Promise<void>;
}

/** Fails with *listen-failed*. */
export async function openAdminServer(parts: AdminServerParts): Promise<AdminServer> {
  const { administration, token, log, clock } = parts;
  const readiness = new Readiness(parts);
  const server = httpServer({
    answers: [
      ...nodeAnswers({ ...parts, readiness, domains: administration.domains }),
      ...userAnswers(administration),
      ...mailboxAnswers(administration),
      ...aliasAnswers(administration),
      ...domainAnswers(administration),
    ],
    clock,
    timers: parts.timers,
    refusalOf: (route, visitor) => refusalOf(route.access, visitor, token),
    onCommand: ({ method }, { path, client }) => log.write('admin.command', { method, path, client }),
    onBug: (error, path) => log.write('admin.bug', { path, error: errorFields(error) }),
  });
  const address = await server.listen(parts.listen);
  return {
    address,
    close: async () => {
      const stoppedMailboxes = administration.mailboxRemovals.stop(); // those who wait for it are answered before it closes
      await server.close();
      await Promise.all([administration.removals.stop(), stoppedMailboxes]);
    },
  };
}
