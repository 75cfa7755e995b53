// What has to be ended when a node stops, the last begun first; every one is, even where another fails.

type Ending = () => Promise<void> | void;

export class Endings {
  readonly #endings: Ending[] = [];

  add(ending: Ending): void {
    this.#endings.push(ending);
  }

  /** Throws what the first that failed threw, after all of them. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const ending of this.#endings.toReversed()) {
      try {
        await ending();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
