/** The server's clock as the browser knows it, the clock of the rows, and one tick a second. */

/** What every clock can tell; `now` is its own. */
class Clock {
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

export class ServerClock extends Clock {
  #offset = 0;
  #local;

  /** @param {() => number} local the browser's clock, in milliseconds since 1970 */
  constructor(local = Date.now) {
    super();
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
}

/** The clock of the rows: the PBX's, by which rows are timed; it stands still while nobody knows whether they are true. */
export class PictureClock extends Clock {
  #clock;
  #held = null;
  #ahead = 0;

  /** @param {ServerClock} clock */
  constructor(clock) {
    super();
    this.#clock = clock;
  }

  /** The moment that the rows show, in milliseconds of the PBX's clock. */
  now() {
    return this.seenAt() + this.#ahead;
  }

  /** The same moment on the server's clock. */
  seenAt() {
    return this.#held ?? this.#clock.now();
  }

  /**
   * Learn how far the PBX's clock is ahead of the server's.
   *
   * @param {number | null | undefined} seconds negative when it is behind; nothing while it is not known
   */
  setAhead(seconds) {
    this.#ahead = (seconds ?? 0) * 1000;
  }

  /** Stand still, from the first call on. */
  hold() {
    this.#held ??= this.#clock.now();
  }

  /** Go on with the server's clock. */
  release() {
    this.#held = null;
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
