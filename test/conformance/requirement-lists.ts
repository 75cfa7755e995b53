// Every list of requirements there is, in the order of docs/conformance.md.
import type { RequirementList } from './requirement.js';
import { rfc1939 } from './rfc1939.js';
import { rfc5321 } from './rfc5321.js';

export const requirementLists: readonly RequirementList[] = [rfc5321, rfc1939];
