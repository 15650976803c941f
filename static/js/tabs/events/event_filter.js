/** Which events somebody wants to see: a frozen value that is written to the address and to the preferences. */

/**
 * Events that come in great numbers and say little of what people do: hidden unless they are asked for.
 *
 * Most of what an Asterisk sends in a call of a queue is VarSet, Newexten, DeviceStateChange and, in Debian's build,
 * TestEvent (Asterisk 22, `core show channels` beside `manager events`).
 */
export const NOISE = Object.freeze([
  "RTCPSent", "RTCPReceived", "TestEvent", "VarSet", "Newexten", "DeviceStateChange", "ExtensionStatus",
  "LocalOptimizationBegin", "LocalOptimizationEnd", "MusicOnHoldStart", "MusicOnHoldStop", "ChannelTalkingStart",
  "ChannelTalkingStop", "CEL", "AGIExecStart", "AGIExecEnd", "ChallengeSent", "SuccessfulAuth", "QueueMemberStatus",
]);
const noise = new Set(NOISE);

/** How many of the last events can be shown. */
export const SHOWN_CHOICES = Object.freeze([100, 500, 1000, 5000]);

/** What becomes of an event by its name alone. */
export const Verdict = Object.freeze({ SHOWN: "shown", HIDDEN: "hidden", MUTED: "muted" });

/**
 * @typedef {object} FilterValues
 * @property {readonly string[]} only names that alone are shown; none: all
 * @property {readonly string[]} without names that are not shown
 * @property {boolean} noise whether what is noise is shown
 * @property {string} channel a part of a channel's name or unique ID
 * @property {string} queue a queue's name
 * @property {string} text words that must all stand in the event
 * @property {string} follow the linked ID of a call
 * @property {number} last how many of the last events are shown
 */

/** @type {FilterValues} */
const EVERYTHING = Object.freeze({
  only: [], without: [], noise: false, channel: "", queue: "", text: "", follow: "", last: SHOWN_CHOICES[0],
});

export class EventFilter {
  #only;
  #without;
  #words;
  #channel;

  /** @param {Partial<FilterValues>} values what is left out filters nothing */
  constructor(values = {}) {
    /** @type {FilterValues} */
    this.values = Object.freeze({ ...EVERYTHING, ...values });
    this.#only = new Set(this.values.only);
    this.#without = new Set(this.values.without);
    this.#words = this.values.text.toLowerCase().split(/\s+/).filter(Boolean);
    this.#channel = this.values.channel.trim().toLowerCase();
    Object.freeze(this);
  }

  /**
   * The filter that an address asks for.
   *
   * @param {URLSearchParams} query
   */
  static fromQuery(query) {
    const last = Number(query.get("last"));
    return new EventFilter({
      only: readNames(query, "name"),
      without: readNames(query, "not"),
      noise: query.has("noise"),
      channel: query.get("channel") ?? "",
      queue: query.get("queue") ?? "",
      text: query.get("q") ?? "",
      follow: query.get("follow") ?? "",
      last: SHOWN_CHOICES.includes(last) ? last : EVERYTHING.last,
    });
  }

  /**
   * The filter that was kept; anything but what `kept` gave is taken for none.
   *
   * @param {unknown} kept
   */
  static fromKept(kept) {
    return EventFilter.fromQuery(new URLSearchParams(typeof kept === "string" ? kept : ""));
  }

  /** The filter as an address says it. */
  toQuery() {
    const { only, without, noise: loud, channel, queue, text, follow, last } = this.values;
    const told = {
      name: only.join(","), not: without.join(","), noise: loud ? "1" : "", channel, queue, q: text, follow,
      last: last === EVERYTHING.last ? "" : String(last),
    };
    return new URLSearchParams(Object.entries(told).filter(([, value]) => value));
  }

  /** The filter as it is kept for the next visit; a call that is followed is over by then. */
  toKept() {
    return this.with({ follow: "" }).toQuery().toString();
  }

  /**
   * The filter with some values changed.
   *
   * @param {Partial<FilterValues>} values
   */
  with(values) {
    return new EventFilter({ ...this.values, ...values });
  }

  /** The filter that shows all but noise, as many as before. */
  cleared() {
    return new EventFilter({ last: this.values.last });
  }

  /** Whether events are left out for another reason than that they are noise. */
  get narrows() {
    const { only, without, channel, queue, text, follow } = this.values;
    return Boolean(only.length || without.length || channel || queue || text || follow);
  }

  /**
   * The filter after a click on a name: alone or beside others, then not any more.
   *
   * @param {string} name
   */
  toggleOnly(name) {
    const only = this.#only.has(name) ? this.values.only.filter((each) => each !== name) : [...this.values.only, name];
    return this.with({ only, without: this.values.without.filter((each) => each !== name) });
  }

  /**
   * The filter after a name was hidden, or shown again.
   *
   * @param {string} name
   */
  toggleWithout(name) {
    const without = this.#without.has(name)
      ? this.values.without.filter((each) => each !== name)
      : [...this.values.without, name];
    return this.with({ without, only: this.values.only.filter((each) => each !== name) });
  }

  /**
   * What becomes of events of a name; a name that is asked for is no noise.
   *
   * @param {string} name
   */
  judgeName(name) {
    if (this.#only.size) {
      return this.#only.has(name) ? Verdict.SHOWN : Verdict.HIDDEN;
    }
    if (this.#without.has(name)) {
      return Verdict.HIDDEN;
    }
    return noise.has(name) && !this.values.noise ? Verdict.MUTED : Verdict.SHOWN;
  }

  /**
   * Whether an event passes all that is asked besides its name and the call that is followed.
   *
   * @param {import("./event_headers.js").Subject} subject
   * @param {() => string} readText gives all of the event in lower case, where it is needed
   */
  accepts(subject, readText) {
    if (this.values.queue && !subject.queues.includes(this.values.queue)) {
      return false;
    }
    if (this.#channel && !subject.channels.some((channel) => this.#isChannel(channel))) {
      return false;
    }
    return this.#words.every((word) => readText().includes(word));
  }

  /** @param {import("./event_headers.js").EventChannel} channel */
  #isChannel({ name, unique, linked }) {
    return [name, unique, linked].some((value) => value.toLowerCase().includes(this.#channel));
  }
}

/**
 * Names of events from an address, where commas stand between them; Asterisk has none in a name.
 *
 * @param {URLSearchParams} query
 * @param {string} name
 */
function readNames(query, name) {
  return query.getAll(name).flatMap((value) => value.split(",")).filter(Boolean);
}
