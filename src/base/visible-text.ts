// Text from outside as it may be shown on a terminal or in a log: what is not seen, or would move the cursor, becomes
// a replacement character.

const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** On one line, and cut after `characters`. */
export function visibleText(text: string, characters = Number.POSITIVE_INFINITY): string {
  const shown = text.slice(0, characters).replace(UNSEEN, '\u{fffd}');
  return text.length > characters ? `${shown}…` : shown;
}
