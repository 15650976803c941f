/** One action on several targets: what became of each, and those that failed once more. Pure. */

/**
 * @typedef {object} BulkItem
 * @property {any} target
 * @property {string} name
 * @property {"waiting" | "running" | "done" | "failed" | "unknown" | "skipped"} state
 * @property {string} words what the PBX said, or why not
 */

/** How many are under way at a time: a PBX answers one after the other anyway. */
const AT_ONCE = 4;

export class BulkRun {
  #do;
  #changed;

  /**
   * @param {readonly {target: any, name: string, reason: string | null}[]} targets those with a reason are left out
   * @param {(target: any) => Promise<string>} perform does it; returns what was said, throws what went wrong
   * @param {(error: any) => {unknown: boolean, words: string} | null} explain null for a defect, which is thrown on
   * @param {() => void} changed called after each change
   */
  constructor(targets, perform, explain, changed) {
    /** @type {BulkItem[]} */
    this.items = targets.map(({ target, name, reason }) => ({
      target, name, state: reason ? "skipped" : "waiting", words: reason ?? "",
    }));
    this.#do = async (/** @type {BulkItem} */ item) => {
      try {
        return { state: /** @type {const} */ ("done"), words: await perform(item.target) };
      } catch (error) {
        const told = explain(error);
        if (told === null) {
          throw error;
        }
        return { state: told.unknown ? /** @type {const} */ ("unknown") : /** @type {const} */ ("failed"), words: told.words };
      }
    };
    this.#changed = changed;
  }

  /** @param {BulkItem["state"]} state */
  count(state) {
    return this.items.filter((item) => item.state === state).length;
  }

  /** Whether something is still to come. */
  get running() {
    return this.items.some(({ state }) => state === "running");
  }

  /**
   * Do it to all that wait, a few at a time.
   *
   * @returns {Promise<void>} done when each has a result
   */
  async start() {
    const waiting = this.items.filter(({ state }) => state === "waiting");
    const next = async () => {
      for (let item = waiting.shift(); item; item = waiting.shift()) {
        item.state = "running";
        this.#changed();
        Object.assign(item, await this.#do(item));
        this.#changed();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  /** Do it once more to those that failed; never to those of which nobody knows whether it was done. */
  async retry() {
    for (const item of this.items) {
      if (item.state === "failed") {
        Object.assign(item, { state: "waiting", words: "" });
      }
    }
    await this.start();
  }
}
