// Until src/mail has its own reader of addresses.
import { Failure } from '../../base/failure.js';
import type { MailAddress } from '../../mail/address.js';

export function parseMailAddress(text: string, _rules: { readonly isUtf8Allowed: boolean }): MailAddress {
  if (text.toLowerCase() === 'postmaster') return { localPart: text, domain: '', text };
  const [, quoted, plain, domain = ''] =
    /^(?:"((?:[^"\\]|\\.)*)"|([^\s"@<>]+))@([^\s@<>]+)$/.exec(text) ?? [];
  const localPart = quoted?.replace(/\\(.)/g, '$1') ?? plain;
  if (localPart === undefined || /^\.|\.\.|\.$/.test(localPart))
    throw new Failure('name-invalid', 'not an address');
  return { localPart, domain: domain.toLowerCase(), text };
}
