/** The server's clock as the browser knows it, the clock of the rows, and one tick a second. */

/** What every clock can tell; `now` is its own. */
class Clock {
  /**
   * The time, in milliseconds since 1970.
   *
   * @returns {number}
   */
  now() {
    throw new Error("Each clock has its own.");
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

/** How much the browser's two clocks may part before one of them is not believed any more. */
const PARTED_MS = 1_000;

/** By how much a clock may run fast or slow: a thousandth is far beyond what a quartz does. */
const DRIFT = 0.001;

/**
 * The server's clock, followed by a clock of the browser that nobody sets.
 *
 * `performance.now()` is such a clock, but on some systems it stands still while a laptop sleeps; `Date.now()` goes on then,
 * but is set by people. Where the two part, either may have happened: the clock is unsure until the server's time is known anew.
 */
export class ServerClock extends Clock {
  #steady;
  #wall;
  #offset = 0;
  #error = Infinity;
  #correctedAt = 0;
  #apart;
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /**
   * @param {() => number} steady milliseconds of a clock that is never set
   * @param {() => number} wall the browser's time, in milliseconds since 1970
   */
  constructor(steady = () => performance.now(), wall = Date.now) {
    super();
    this.#steady = steady;
    this.#wall = wall;
    this.#apart = wall() - steady();
    this.#offset = this.#apart; // the browser's time, for want of a better one
    this.sure = false;
  }

  /**
   * Call a listener when `sure` changes.
   *
   * @param {() => void} listener
   */
  listen(listener) {
    this.#listeners.add(listener);
  }

  /** The steady clock, in milliseconds: for lengths of time alone. */
  local() {
    return this.#steady();
  }

  /** The server's time, in milliseconds. @override */
  now() {
    return this.#steady() + this.#offset;
  }

  /**
   * Learn the server's time; the answer is taken to be half way of the round trip. One that may be further off than what
   * is known already changes nothing, unless the server's own clock was set.
   *
   * @param {string} serverNow ISO 8601
   * @param {number} sentAt when the question was sent, by `local`
   */
  correct(serverNow, sentAt) {
    const now = this.#steady();
    const offset = Date.parse(serverNow) - (sentAt + now) / 2;
    const error = (now - sentAt) / 2;
    const known = this.#error + (now - this.#correctedAt) * DRIFT;
    if (!Number.isFinite(offset) || (error > known && Math.abs(offset - this.#offset) <= error + known)) {
      return;
    }
    this.#offset = offset;
    this.#error = error;
    this.#correctedAt = now;
    this.#apart = this.#wall() - now;
    this.#become(true);
  }

  /**
   * Look whether the browser's two clocks still agree.
   *
   * @returns {boolean} whether the time is believed
   */
  check() {
    const apart = this.#wall() - this.#steady();
    if (Math.abs(apart - this.#apart) > PARTED_MS) {
      this.doubt();
    }
    this.#apart = apart; // a clock that is slewed parts from the other a little all the time
    return this.sure;
  }

  /** The page may have stood still: believe nothing until the server's time is known anew. */
  doubt() {
    this.#error = Infinity;
    this.#become(false);
  }

  /** @param {boolean} sure */
  #become(sure) {
    if (sure !== this.sure) {
      this.sure = sure;
      this.#listeners.forEach((listener) => listener());
    }
  }
}

/** The clock of the rows: the PBX's, by which rows are timed; it stands still while nobody knows whether they are true. */
export class PictureClock extends Clock {
  #clock;
  /** @type {number | null} */
  #held = null;
  #ahead = 0;

  /** @param {ServerClock} clock */
  constructor(clock) {
    super();
    this.#clock = clock;
  }

  /** The moment that the rows show, in milliseconds of the PBX's clock. @override */
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
