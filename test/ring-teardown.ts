// Global teardown of the ring project.
import { stopRunningRings } from './running-rings.js';

export default stopRunningRings;
