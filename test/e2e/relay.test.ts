import { describeRelaying } from './relays.js';

describeRelaying('the embedded store');
