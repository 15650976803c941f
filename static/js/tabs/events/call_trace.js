/** Which events belong to one call: to its channels, to its bridges, and to what joins it later. */

/** A holding bridge (parking, waiting) has channels of many calls that never talk to each other. */
const HOLDING = "holding_bridge";

export class CallTrace {
  #linked;
  /** @type {Set<string>} unique IDs */
  #channels = new Set();
  /** @type {Set<string>} for the few events that name a channel without its ID */
  #names = new Set();
  /** @type {Set<string>} */
  #bridges = new Set();

  /** @param {string} linkedId the call's Linkedid in Asterisk */
  constructor(linkedId) {
    this.linkedId = linkedId;
    this.#linked = new Set([linkedId]);
  }

  /** How many channels are known to belong to the call; Local channels are counted. */
  get channels() {
    return this.#channels.size;
  }

  /**
   * Whether an event belongs to the call, as far as it is known by now.
   *
   * @param {import("./event_headers.js").Subject} subject
   */
  accepts(subject) {
    if (subject.channels.some((channel) => this.#has(channel))) {
      return true;
    }
    // An event that names channels of others in one of our bridges is theirs, unless it takes them into it: see `learn`.
    return subject.channels.length === 0 && subject.bridges.some((bridge) => this.#bridges.has(bridge));
  }

  /**
   * Learn from an event which channels, bridges and other linked IDs belong to the call.
   *
   * When two calls become one, Asterisk gives all their channels the linked ID of the older one, so that of any of
   * our channels is ours, too. A channel that enters our bridge belongs to us before it is given that.
   *
   * @param {string} name the event's name
   * @param {import("./event_headers.js").Headers} data
   * @param {import("./event_headers.js").Subject} subject what `readSubject` read of it
   * @returns {boolean} whether something was new: earlier events may belong to the call, too
   */
  learn(name, data, subject) {
    const before = this.#size();
    const entered = name === "BridgeEnter" && subject.bridges.some((bridge) => this.#bridges.has(bridge));
    let ours = false;
    for (const channel of subject.channels) {
      if (entered || this.#has(channel)) {
        ours = true;
        this.#add(channel);
      }
    }
    if (ours && (name === "BridgeEnter" || name === "BridgeLeave") && data.BridgeTechnology !== HOLDING) {
      subject.bridges.forEach((bridge) => this.#bridges.add(bridge));
    }
    return this.#size() !== before;
  }

  /** @param {import("./event_headers.js").EventChannel} channel */
  #has({ name, unique, linked }) {
    if (unique) {
      return this.#channels.has(unique) || this.#linked.has(linked);
    }
    return this.#linked.has(linked) || this.#names.has(name);
  }

  /** @param {import("./event_headers.js").EventChannel} channel */
  #add({ name, unique, linked }) {
    if (unique) {
      this.#channels.add(unique);
    }
    if (name) {
      this.#names.add(name);
    }
    if (linked) {
      this.#linked.add(linked);
    }
  }

  #size() {
    return this.#channels.size + this.#linked.size + this.#bridges.size;
  }
}
