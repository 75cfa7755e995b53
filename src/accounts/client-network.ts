// Which clients are counted as one: an IPv4 address by itself, an IPv6 address with its /64, of which anybody who has one
// has all of it.
import { isIPv6 } from 'node:net';

/** Anything that is no address is counted as it is. */
export function clientNetwork(address: string): string {
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  return `${leadingGroups(plain).join(':')}::/64`;
}

/** The first four of the eight groups that an IPv6 address stands for. */
function leadingGroups(address: string): readonly string[] {
  const [before = '', after] = address.toLowerCase().split('::');
  const head = groupsOf(before);
  const tail = groupsOf(after ?? '');
  const hidden = after === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: hidden }, () => '0'), ...tail];
  return groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
}

/** An IPv4 address at the end stands for two of them. */
function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
}
