/** The server's clock as the browser knows it, and one tick a second for everything that counts time. */

export class ServerClock {
  #offset = 0;
  #local;

  /** @param {() => number} local the browser's clock, in milliseconds since 1970 */
  constructor(local = Date.now) {
    this.#local = local;
  }

  /** The browser's own time, in milliseconds. */
  local() {
    return this.#local();
  }

  /** The server's time, in milliseconds. */
  now() {
    return this.#local() + this.#offset;
  }

  /**
   * Learn the difference between the two clocks; the answer is taken to be half way of the round trip.
   *
   * @param {string} serverNow ISO 8601
   * @param {number} sentAt when the question was sent, in the browser's milliseconds
   */
  correct(serverNow, sentAt) {
    const middle = (sentAt + this.#local()) / 2;
    const offset = Date.parse(serverNow) - middle;
    if (Number.isFinite(offset)) {
      this.#offset = offset;
    }
  }

  /**
   * Whole seconds from a moment until now, never negative; null when the moment is unknown.
   *
   * @param {string | null | undefined} moment ISO 8601
   */
  secondsSince(moment) {
    return moment ? Math.max(0, Math.floor((this.now() - Date.parse(moment)) / 1000)) : null;
  }

  /**
   * Whole seconds from now until a moment, never negative; null when the moment is unknown.
   *
   * @param {string | null | undefined} moment ISO 8601
   */
  secondsUntil(moment) {
    return moment ? Math.max(0, Math.ceil((Date.parse(moment) - this.now()) / 1000)) : null;
  }
}

/**
 * Call something once a second while the page can be seen, and at once when it comes back into view.
 *
 * @param {() => void} tick
 */
export function everySecond(tick) {
  setInterval(() => document.hidden || tick(), 1000);
  document.addEventListener("visibilitychange", () => document.hidden || tick());
}
