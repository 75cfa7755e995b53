// A moment as mail writes it (RFC 5322 section 3.3), in UTC, which every reader turns into local time anyway.

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Thu, 1 Jan 2026 00:00:00 +0000` */
export function internetDate(unixMs: number): string {
  const date = new Date(unixMs);
  const time = date.toISOString().slice(11, 19);
  const day = `${DAYS[date.getUTCDay()]}, ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  return `${day} ${date.getUTCFullYear()} ${time} +0000`;
}
