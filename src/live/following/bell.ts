/** Wakes one waiter: rung while nobody waits, it is remembered. */
export class Bell {
  #isRung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Forgets what was rung so far. */
  silence(): void {
    this.#isRung = false;
  }

  /** Waits until it is rung, but no longer than so many milliseconds. @returns whether it was rung */
  async wait(milliseconds: number): Promise<boolean> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    return this.#isRung;
  }
}
