// `cassmail user …`.
import { Failure } from '../../base/failure.js';
import type { Timers } from '../../base/clock.js';
import type { Surroundings } from '../../base/surroundings.js';
import type { ExitCode, Operand, Verb, VerbCall, VerbOption } from '../../base/verb.js';
import { size, wholeNumber } from '../../config/quantity-kinds.js';
import { userRoutes, type user } from '../../admin/api/accounts.js';
import type { ReplyOf } from '../../admin/api/route.js';
import type { ValueOf } from '../../admin/api/shape.js';
import { mailboxLines } from './mailbox-verbs.js';
import type { NodeClient } from './node-client.js';
import { misused, nodeVerb, show } from './node-verb.js';
import { countText, factLines, sizeText, tableLines } from './table.js';
import { userRemoval } from './user-removal.js';

type User = ValueOf<typeof user>;
type UserDetails = ReplyOf<typeof userRoutes.show>;

const ADDRESS: Operand = { name: 'ADDRESS', summary: "the user's address, such as anne@example.com" };
const PASSWORD_STDIN: VerbOption = {
  name: 'password-stdin',
  summary: 'read the password from standard input; else one is made up and shown this once',
};
/** As the configuration's own key for all users. */
const quotaBytes = size({ from: 2 ** 20, to: 100 * 2 ** 40 });
const quotaMessages = wholeNumber({ from: 1, to: 1_000_000_000 });
const AS_CONFIGURED = 'default';

export function userVerbs(surroundings: Surroundings, timers: Timers): readonly Verb[] {
  return [
    nodeVerb(surroundings, {
      path: ['user', 'add'],
      summary: 'add a user, with the mailboxes inbox and outbox',
      operands: [ADDRESS],
      options: [PASSWORD_STDIN],
      examples: ['cassmail user add anne@example.com'],
      run: add,
    }),
    nodeVerb(surroundings, {
      path: ['user', 'list'],
      summary: 'list users',
      options: [{ name: 'domain', value: 'DOMAIN', summary: 'only those of this domain' }],
      run: list,
    }),
    nodeVerb(surroundings, {
      path: ['user', 'show'],
      summary: 'show a user, what is in each mailbox, and which aliases lead there',
      operands: [ADDRESS],
      run: async (node, call) => {
        const details = await node.ask(userRoutes.show, { params: { address: addressIn(call) } });
        return show(call, details, detailLines(details));
      },
    }),
    nodeVerb(surroundings, {
      path: ['user', 'password'],
      summary: "change a user's password",
      operands: [ADDRESS],
      options: [PASSWORD_STDIN],
      run: changePassword,
    }),
    nodeVerb(surroundings, {
      path: ['user', 'disable'],
      summary: 'let a user neither log in nor receive mail; what is there stays',
      operands: [ADDRESS],
      run: async (node, call) => {
        const changed = await node.ask(userRoutes.disable, { params: { address: addressIn(call) } });
        return show(call, changed, [`${changed.address} is disabled`]);
      },
    }),
    nodeVerb(surroundings, {
      path: ['user', 'enable'],
      summary: 'let a user log in and receive mail again',
      operands: [ADDRESS],
      run: async (node, call) => {
        const changed = await node.ask(userRoutes.enable, { params: { address: addressIn(call) } });
        return show(call, changed, [`${changed.address} is enabled`]);
      },
    }),
    nodeVerb(surroundings, {
      path: ['user', 'quota'],
      summary: 'set what a user may keep',
      operands: [ADDRESS],
      options: [
        { name: 'bytes', value: 'SIZE', summary: 'such as 2GiB; default: as the configuration says' },
        { name: 'messages', value: 'COUNT', summary: 'such as 10000; default: as the configuration says' },
      ],
      examples: ['cassmail user quota anne@example.com --bytes 2GiB --messages default'],
      run: setQuota,
    }),
    userRemoval(surroundings, timers),
  ];
}

function addressIn(call: VerbCall): string {
  return call.operand(ADDRESS.name) ?? '';
}

async function add(node: NodeClient, call: VerbCall): Promise<ExitCode> {
  const body = { address: addressIn(call), ...(await passwordIn(call)) };
  const added = await node.ask(userRoutes.add, { body });
  const lines = [`${added.user.address} added`];
  if (added.addedDomain !== null) lines.push(`${added.addedDomain} is a domain of this service from now on`);
  return show(call, added, [...lines, ...passwordLines(added.password)]);
}

async function changePassword(node: NodeClient, call: VerbCall): Promise<ExitCode> {
  const body = await passwordIn(call);
  const changed = await node.ask(userRoutes.password, { params: { address: addressIn(call) }, body });
  return show(call, changed, ['password changed', ...passwordLines(changed.password)]);
}

async function list(node: NodeClient, call: VerbCall): Promise<ExitCode> {
  const domain = call.option('domain');
  const found = await node.ask(userRoutes.list, { query: domain === undefined ? {} : { domain } });
  const rows = found.users.map((one) => [
    one.address,
    stateText(one),
    one.createdAt.slice(0, 10),
    one.mailboxes.length,
    quotaText(one),
  ]);
  const more = found.isComplete ? [] : ['and more: --domain narrows it'];
  return show(call, found, [
    ...tableLines(['address', 'state', 'created', 'mailboxes', 'quota'], rows),
    ...more,
  ]);
}

async function setQuota(node: NodeClient, call: VerbCall): Promise<ExitCode> {
  const params = { address: addressIn(call) };
  const [bytes, messages] = [call.option('bytes'), call.option('messages')];
  if (bytes === undefined && messages === undefined) return misused(call, 'say --bytes, --messages or both');
  const chosenBytes = bytes === AS_CONFIGURED ? null : quotaBytes.decode(bytes ?? '');
  const chosenMessages = messages === AS_CONFIGURED ? null : quotaMessages.decode(Number(messages));
  if (bytes !== undefined && chosenBytes === undefined) {
    return misused(call, `--bytes ${bytes}: allowed: ${quotaBytes.allowed}, or ${AS_CONFIGURED}`);
  }
  if (messages !== undefined && chosenMessages === undefined) {
    return misused(call, `--messages ${messages}: allowed: ${quotaMessages.allowed}, or ${AS_CONFIGURED}`);
  }
  const { user: before } = await node.ask(userRoutes.show, { params });
  const body = {
    quotaBytes: chosenBytes === undefined ? before.quotaBytes : chosenBytes,
    quotaMessages: chosenMessages === undefined ? before.quotaMessages : chosenMessages,
  };
  const changed = await node.ask(userRoutes.quota, { params, body });
  return show(call, changed, [`${changed.address} may keep: ${quotaText(changed)}`]);
}

function* detailLines({ user: one, mailboxes, aliases }: UserDetails): Iterable<string> {
  yield* factLines([
    ['address', one.address],
    ['state', stateText(one)],
    ['created', one.createdAt],
    ['quota', quotaText(one)],
    ['aliases', aliases.length === 0 ? 'none' : aliases.join(', ')],
  ]);
  yield '';
  yield* mailboxLines(mailboxes);
}

function stateText({ isDisabled, isBeingRemoved }: User): string {
  if (isBeingRemoved) return 'being removed';
  return isDisabled ? 'disabled' : 'enabled';
}

function quotaText({ quotaBytes: bytes, quotaMessages: messages }: User): string {
  if (bytes === null && messages === null) return 'as configured';
  const parts = [
    bytes === null ? 'bytes as configured' : sizeText(bytes),
    messages === null ? 'messages as configured' : countText(messages, 'message'),
  ];
  return parts.join(', ');
}

function passwordLines(made: string | null): readonly string[] {
  return made === null ? [] : [`password: ${made}`, '(shown this once, kept nowhere)'];
}

/** One line, without its end. */
async function passwordIn(call: VerbCall): Promise<{ readonly password?: string }> {
  if (!call.isSet(PASSWORD_STDIN.name)) return {};
  const password = (await call.terminal.readInput())?.replace(/\r?\n$/, '') ?? '';
  if (password !== '' && !/[\r\n]/.test(password)) return { password };
  throw new Failure('password-invalid', 'standard input should bring one line, the password');
}
