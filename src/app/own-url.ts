// Where other nodes reach this one by HTTP.
import type { Config } from '../config/definition.js';

export function ownUrl({ admin }: Config): string {
  const { host, port } = admin.advertise ?? admin.listen;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
