/** How many events came in each of the last seconds. */

export const RATE_SECONDS = 300;

export class EventRate {
  #reader;
  /** @type {Map<number, number>} count by second since 1970 */
  #counts = new Map();
  /** @type {number | null} the first second of which everything is known */
  #since = null;

  /** @param {{read: () => {entries: import("./event_window.js").Entry[], lost: number}}} reader an EventReader of its own */
  constructor(reader) {
    this.#reader = reader;
  }

  /**
   * The counts until now, one for each second, the oldest first.
   *
   * @param {number} now milliseconds since 1970 on the clock of the events
   * @returns {(number | null)[]} RATE_SECONDS of them; null for a second of which not all is known
   */
  until(now) {
    this.#take();
    const end = Math.floor(now / 1000);
    for (const second of this.#counts.keys()) {
      if (second < end - RATE_SECONDS) {
        this.#counts.delete(second);
      }
    }
    return Array.from({ length: RATE_SECONDS }, (_, index) => {
      const second = end - RATE_SECONDS + index;
      return this.#since === null || second < this.#since ? null : (this.#counts.get(second) ?? 0);
    });
  }

  #take() {
    const { entries, lost } = this.#reader.read();
    if (lost) {
      this.#since = null;
    }
    for (const { event, gap } of entries) {
      if (gap) {
        this.#since = null;
      } else if (event) {
        const second = Math.floor(Date.parse(event.at) / 1000);
        // The first events that are known may be the last of their second.
        this.#since ??= second + 1;
        this.#counts.set(second, (this.#counts.get(second) ?? 0) + 1);
      }
    }
  }
}
