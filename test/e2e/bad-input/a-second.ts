/** Of slow clients: the one thing in tests that is waited for and not looked for. */
export function aSecond(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1000);
  });
}
