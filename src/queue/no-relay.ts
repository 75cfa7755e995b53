// The relay of a node that is no gateway: nothing is taken for elsewhere.
import { Failure } from '../base/failure.js';
import type { RelayDoor } from './relay-queue.js';

export const noRelay: RelayDoor = {
  assertOpen: () => {
    throw closed();
  },
  store: () => Promise.reject(closed()),
};

function closed(): Failure {
  return new Failure('relay-closed', 'this node is no gateway');
}
