// The next turn of the event loop: what has arrived meanwhile is served first. For work that would otherwise go on from
// promise to promise and keep timers and sockets waiting. No time is meant by it, so it is no part of Timers.

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
