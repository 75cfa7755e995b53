// How verbs that look at the configuration are told which: `-c FILE`, `--set KEY=VALUE`, and the surroundings.
import type { Surroundings } from '../base/surroundings.js';
import type { VerbCall, VerbOption } from '../base/verb.js';
import type { ConfigRequest } from './load-config.js';

export const SET_OPTION: VerbOption = {
  name: 'set',
  value: 'KEY=VALUE',
  summary: 'a value in place of what the file says; may be given several times',
  isRepeated: true,
};

export function configRequest(call: VerbCall, surroundings: Surroundings): ConfigRequest {
  return { ...surroundings, file: call.configFile, flags: call.options(SET_OPTION.name) };
}
