// Every statement that a store sends to its engine passes through a tap, under the name it has in metrics. The product
// measures there; cost tests count there; fault tests fail a statement before it takes effect or after.

/** `send` may be called again for a retry: each call is a statement. */
export interface StatementTap {
  around<T>(statement: string, send: () => Promise<T>): Promise<T>;
}
