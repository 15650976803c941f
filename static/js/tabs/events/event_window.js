/** The events that the tab holds, those of them that pass the filter, and what stands still while it is paused. */

import { CallTrace } from "./call_trace.js";
import { EventFilter, Verdict } from "./event_filter.js";
import { readSubject } from "./event_headers.js";

/**
 * @typedef {{missed: number | null, newSession?: boolean, paused?: boolean}} Gap `missed` is null where nobody knows how many
 * @typedef {{key: string, event?: import("./event_headers.js").AmiEvent, gap?: Gap}} Entry
 */

/** One entry with what was read of it once. */
export class Row {
  /** @type {string | null} */
  #text = null;

  /** @param {Entry} entry */
  constructor({ key, event, gap }) {
    this.key = key;
    this.event = event ?? null;
    this.gap = gap ?? null;
    this.subject = event ? readSubject(event.data) : null;
    this.accepted = false;
    /** @type {string} */
    this.verdict = Verdict.SHOWN;
  }

  /** All of it in lower case, to look for words. */
  get text() {
    if (this.#text === null) {
      const { event } = this;
      this.#text = event ? `${event.event}\n${JSON.stringify(event.data)}`.toLowerCase() : "";
    }
    return this.#text;
  }

  get shown() {
    return this.accepted && this.verdict === Verdict.SHOWN;
  }
}

/** Reads what a topic of events got since the last time, and how many of those it has no more. */
export class EventReader {
  #topic;
  #added;

  /** @param {{entries: Entry[], listen: (listener: (changed: Set<string>) => void) => unknown}} topic an EventTopic */
  constructor(topic) {
    this.#topic = topic;
    this.#added = topic.entries.length;
    topic.listen((changed) => {
      this.#added += changed.size;
    });
  }

  /** How many came since the last `read`. */
  get waiting() {
    return this.#added;
  }

  /** How many of those the topic let go already. */
  get lost() {
    return Math.max(0, this.#added - this.#topic.entries.length);
  }

  /** @returns {{entries: Entry[], lost: number}} what came, oldest first */
  read() {
    const { lost } = this;
    const entries = this.#added ? this.#topic.entries.slice(-this.#added) : [];
    this.#added = 0;
    return { entries, lost };
  }
}

export class EventWindow {
  #reader;
  #limit;
  /** @type {Row[]} oldest first */
  #rows = [];
  /** @type {CallTrace | null} */
  #trace = null;
  /** @type {Map<string, number>} */
  #names = new Map();
  #matching = 0;
  #muted = 0;

  /**
   * @param {ConstructorParameters<typeof EventReader>[0]} topic
   * @param {number} limit how many entries are held
   */
  constructor(topic, limit) {
    this.#reader = new EventReader(topic);
    this.#limit = limit;
    this.filter = new EventFilter();
    this.paused = false;
  }

  /** How many entries are held, whether they pass the filter or not. */
  get held() {
    return this.#rows.length;
  }

  /** How many events pass the filter. */
  get matching() {
    return this.#matching;
  }

  /** How many are left out for no other reason than that they are noise. */
  get muted() {
    return this.#muted;
  }

  /** How many events of each name pass all but the choice of names. */
  get names() {
    return this.#names;
  }

  /** The call that is followed. */
  get trace() {
    return this.#trace;
  }

  /** How many came while it is paused. */
  get waiting() {
    return this.paused ? this.#reader.waiting : 0;
  }

  /** How many of those have fallen out already, since only so many are kept. */
  get lost() {
    return this.paused ? this.#reader.lost : 0;
  }

  /** The rows to show, newest first: the last ones that pass the filter, with the gaps between them. */
  get shown() {
    const { last } = this.filter.values;
    /** @type {Row[]} */
    const shown = [];
    let events = 0;
    for (let index = this.#rows.length - 1; index >= 0 && events < last; index -= 1) {
      const row = this.#rows[index];
      if (row.gap) {
        shown.push(row);
      } else if (row.shown) {
        shown.push(row);
        events += 1;
      }
    }
    return shown;
  }

  /** Take what came, unless it is paused. */
  take() {
    if (this.paused) {
      return;
    }
    const { entries, lost } = this.#reader.read();
    if (lost) {
      this.#rows.push(new Row({ key: `lost:${entries[0]?.key}`, gap: { missed: lost, paused: true } }));
    }
    const learned = entries.map((entry) => this.#add(new Row(entry))).some(Boolean);
    for (const row of this.#rows.splice(0, Math.max(0, this.#rows.length - this.#limit))) {
      this.#count(row, -1);
    }
    if (learned) {
      this.#judgeAll();
    }
  }

  /** Stand still; what comes is kept for later. */
  pause() {
    this.take();
    this.paused = true;
  }

  /** Go on, with all that came meanwhile and is still there. */
  resume() {
    this.paused = false;
    this.take();
  }

  /** Forget what is held; what waits while it is paused comes with `resume`. */
  clear() {
    this.#rows = [];
    this.#names = new Map();
    this.#matching = 0;
    this.#muted = 0;
  }

  /**
   * Filter from now on by another filter.
   *
   * @param {EventFilter} filter
   */
  setFilter(filter) {
    const { follow } = filter.values;
    const known = this.#trace?.linkedId ?? "";
    this.filter = filter;
    if (follow !== known) {
      this.#trace = follow ? new CallTrace(follow) : null;
    }
    this.#judgeAll();
  }

  /** The oldest event that is held. */
  get oldest() {
    return this.#rows.find((row) => row.event)?.event ?? null;
  }

  /**
   * Find the event of a number; of several, since amictl counts anew when it is started, the newest.
   *
   * @param {number} seq
   */
  findNumber(seq) {
    return this.#rows.findLast((row) => row.event?.seq === seq) ?? null;
  }

  /**
   * Find a row by its key.
   *
   * @param {string} key
   */
  find(key) {
    return this.#rows.find((row) => row.key === key) ?? null;
  }

  /**
   * Take in a row that is new.
   *
   * @param {Row} row
   * @returns {boolean} whether it tells more of the call that is followed
   */
  #add(row) {
    this.#rows.push(row);
    const learned = this.#learn(row);
    this.#judge(row);
    this.#count(row, 1);
    return learned;
  }

  /** @param {Row} row */
  #learn({ event, subject }) {
    return Boolean(this.#trace && event && subject && this.#trace.learn(event.event, event.data, subject));
  }

  #judgeAll() {
    while (this.#trace && this.#rows.map((row) => this.#learn(row)).some(Boolean)) {
      // What was learned from a later event may tell more of earlier ones.
    }
    this.#names = new Map();
    this.#matching = 0;
    this.#muted = 0;
    for (const row of this.#rows) {
      this.#judge(row);
      this.#count(row, 1);
    }
  }

  /** @param {Row} row */
  #judge(row) {
    if (row.event && row.subject) {
      row.verdict = this.filter.judgeName(row.event.event);
      row.accepted = (!this.#trace || this.#trace.accepts(row.subject)) && this.filter.accepts(row.subject, () => row.text);
    }
  }

  /**
   * @param {Row} row
   * @param {1 | -1} by
   */
  #count(row, by) {
    if (!row.event || !row.accepted) {
      return;
    }
    const count = (this.#names.get(row.event.event) ?? 0) + by;
    if (count) {
      this.#names.set(row.event.event, count);
    } else {
      this.#names.delete(row.event.event);
    }
    this.#matching += row.verdict === Verdict.SHOWN ? by : 0;
    this.#muted += row.verdict === Verdict.MUTED ? by : 0;
  }
}
