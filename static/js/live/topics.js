/** Which topics the page hears: those that somebody leased, and those let go a moment ago. */

import { EventTopic, TableTopic } from "./store.js";

/** How long a topic is heard after nobody needs it any more, since people go back and forth between tabs. */
const LINGER_MS = 30_000;
/** Raw events that the page keeps. */
const EVENTS_KEPT = 5_000;

/**
 * @typedef {object} Lease a topic that is kept up to date until it is released
 * @property {any} topic a TableTopic, or an EventTopic for `events`; the same one for everybody
 * @property {() => void} release let it go; only the first call counts
 */

/** @typedef {{topic: TableTopic | EventTopic, leases: number, timer: number | null, open: boolean}} Entry */

export class TopicLeases {
  #feed;
  #pbx;
  #timers;
  /** @type {Map<string, Entry>} */
  #entries = new Map();

  /**
   * @param {import("./feed.js").Feed} feed
   * @param {string} pbx the PBX that the page shows
   * @param {{setTimeout: Function, clearTimeout: Function}} timers the window, or a stand-in
   */
  constructor(feed, pbx, timers = globalThis) {
    this.#feed = feed;
    this.#pbx = pbx;
    this.#timers = timers;
  }

  /** The names of the topics that are heard now. */
  get names() {
    return [...this.#entries].filter(([, entry]) => entry.open).map(([name]) => name);
  }

  /**
   * The topic itself, which says whether it is known and what is in it; this alone hears nothing.
   *
   * @param {string} name
   * @returns {any} a TableTopic, or an EventTopic for `events`
   */
  topic(name) {
    return this.#entry(name).topic;
  }

  /**
   * Keep a topic up to date until the lease is released, and a while after that.
   *
   * @param {string} name such as `queues`
   * @returns {Lease}
   */
  lease(name) {
    const entry = this.#entry(name);
    entry.leases += 1;
    if (entry.timer !== null) {
      this.#timers.clearTimeout(entry.timer);
      entry.timer = null;
    }
    if (!entry.open) {
      entry.open = true;
      this.#feed.open(this.#pbx, name, entry.topic);
    }
    let held = true;
    const release = () => {
      if (held) {
        held = false;
        this.#release(name, entry);
      }
    };
    return Object.freeze({ topic: entry.topic, release });
  }

  /** @param {string} name */
  #entry(name) {
    let entry = this.#entries.get(name);
    if (!entry) {
      const topic = name === "events" ? new EventTopic(EVENTS_KEPT) : new TableTopic();
      entry = { topic, leases: 0, timer: null, open: false };
      this.#entries.set(name, entry);
    }
    return entry;
  }

  /**
   * @param {string} name
   * @param {Entry} entry
   */
  #release(name, entry) {
    entry.leases -= 1;
    if (entry.leases === 0) {
      entry.timer = this.#timers.setTimeout(() => {
        entry.timer = null;
        entry.open = false;
        this.#feed.close(this.#pbx, name);
      }, LINGER_MS);
    }
  }
}
