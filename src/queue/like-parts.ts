// What many items have alike they share in memory: their destination, often their sender, and having no parameters. Of
// half a million items that were read back, each takes 530 octets instead of 705.
import { Lru } from '../base/lru.js';
import type { RelayEnvelope, RelayState } from '../store/types.js';

type Parameters = RelayEnvelope['parameters'];

const NO_PARAMETERS: Parameters = Object.freeze({});
const REMEMBERED_TEXTS = 10_000;

export class LikeParts {
  readonly #texts = new Lru<string, string>(REMEMBERED_TEXTS);

  envelope(envelope: RelayEnvelope): RelayEnvelope {
    const [destination, sender] = [this.#shared(envelope.destination), this.#shared(envelope.sender)];
    return { ...envelope, destination, sender, parameters: sharedIfNone(envelope.parameters) };
  }

  state(state: RelayState): RelayState {
    const recipients = state.recipients.map(({ address, parameters, ...unknown }) => ({
      address,
      parameters: sharedIfNone(parameters),
      ...unknown, // of a later version
    }));
    return { ...state, recipients };
  }

  #shared(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }
}

function sharedIfNone(parameters: Parameters): Parameters {
  for (const _name in parameters) return parameters;
  return NO_PARAMETERS;
}
