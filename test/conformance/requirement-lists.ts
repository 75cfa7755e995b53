// Every list of requirements there is, in the order of docs/conformance.md.
import type { RequirementList } from './requirement.js';
import { rfc1939 } from './rfc1939.js';

export const requirementLists: readonly RequirementList[] = [rfc1939];
