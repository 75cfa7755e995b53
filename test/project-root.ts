// The checkout that these tests were built in; compiled tests lie two folders deep in it.
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
