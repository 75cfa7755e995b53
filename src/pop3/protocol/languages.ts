// LANG (RFC 6856 section 3): our texts are in English, whoever asks. A language range matches as RFC 4647 section 3.4
// looks it up: `en-GB` finds `en`.
import { END_OF_LIST, ok, replies } from './replies.js';

const LISTING = `${ok('languages')}en English\r\n${END_OF_LIST}`;
const ENGLISH = /^(\*|i-default|en(-[a-z0-9]{1,8})*)$/i;

export function languageReply(range: string | undefined): string {
  if (range === undefined) return LISTING;
  return ENGLISH.test(range) ? replies.language : replies.noSuchLanguage;
}
