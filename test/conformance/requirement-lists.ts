// Every list of requirements there is, in the order of docs/conformance.md.
import type { RequirementList } from './requirement.js';
import { rfc1870 } from './rfc1870.js';
import { rfc1939 } from './rfc1939.js';
import { rfc2449 } from './rfc2449.js';
import { rfc2595 } from './rfc2595.js';
import { rfc2920 } from './rfc2920.js';
import { rfc3030 } from './rfc3030.js';
import { rfc3206 } from './rfc3206.js';
import { rfc3207 } from './rfc3207.js';
import { rfc3461 } from './rfc3461.js';
import { rfc4954 } from './rfc4954.js';
import { rfc5034 } from './rfc5034.js';
import { rfc5321 } from './rfc5321.js';
import { rfc6409 } from './rfc6409.js';
import { rfc6531 } from './rfc6531.js';
import { rfc6856 } from './rfc6856.js';
import { rfc8314 } from './rfc8314.js';
import { rfc8314Pop3 } from './rfc8314-pop3.js';
import { rfc8689 } from './rfc8689.js';
import { rfc9422 } from './rfc9422.js';

const smtp = [
  rfc5321,
  rfc6409,
  rfc1870,
  rfc2920,
  rfc3030,
  rfc3207,
  rfc3461,
  rfc4954,
  rfc6531,
  rfc8314,
  rfc8689,
  rfc9422,
];

const pop3 = [rfc1939, rfc2449, rfc2595, rfc3206, rfc5034, rfc6856, rfc8314Pop3];

export const requirementLists: readonly RequirementList[] = [...smtp, ...pop3];
