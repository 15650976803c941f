/**
 * Copies of the server's topics, kept right by epoch and sequence numbers.
 *
 * A topic starts with a snapshot (or a replay of what was missed) and goes on with batches. A batch is applied
 * only when it continues what is here: `prev_seq` says where it starts, `seq` where it ends, `epoch` which AMI
 * session it belongs to. Anything else is a gap, and the feed subscribes again. Nothing here touches the page.
 */

/**
 * @typedef {Record<string, any>} Snapshot the values by their keys; of events, by sequence number
 * @typedef {{op: string, key: string, value?: any}} Change
 * @typedef {{epoch: string, seq: number, prev_seq: number, changes?: Change[], events?: any[]}} Batch
 * @typedef {{code: string, detail: string}} Refusal why there is no topic
 * @typedef {{epoch: string, seq: number, snapshot?: Snapshot, replay?: any[], error?: Refusal}} Answer to a subscription
 */

/** Batches held back while a snapshot is on the way; beyond it the snapshot would be taken again anyway. */
const HELD_LIMIT = 1000;

/** What a topic did with a batch. */
export const Outcome = Object.freeze({ APPLIED: "applied", IGNORED: "ignored", HELD: "held", GAP: "gap" });

/** Where a topic stands. */
export const Phase = Object.freeze({ IDLE: "idle", LOADING: "loading", LIVE: "live", FAILED: "failed" });

/** The part that every topic shares: its place in the stream, and who wants to know. */
class Topic {
  /** @type {Batch[]} */
  #held = [];
  #overflowed = false;
  /** @type {Set<(changed: Set<string>) => void>} */
  #listeners = new Set();

  /** @type {string} a Phase */
  phase = Phase.IDLE;
  /** @type {string | null} */
  epoch = null;
  /** @type {number | null} */
  seq = null;
  /** @type {Refusal | null} */
  error = null;
  loaded = false;

  /** Whether it failed for a reason that can pass, such as a PBX that is not there yet. */
  get mayRecover() {
    return this.phase === Phase.FAILED && this.error?.code !== "permission_denied";
  }

  /** Whether the PBX's first picture is here; before it, topics are empty and have no epoch. */
  get known() {
    return this.loaded && this.epoch !== "";
  }

  /** The place to continue from, or null when nothing was loaded yet. */
  get cursor() {
    return this.loaded && this.epoch !== null && this.seq !== null ? { epoch: this.epoch, seq: this.seq } : null;
  }

  /**
   * Call a listener after each change.
   *
   * @param {(changed: Set<string>) => void} listener gets the keys that changed
   * @returns {() => void} stops the calls
   */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hold batches back from now on: a snapshot or replay was asked for. */
  begin() {
    this.phase = Phase.LOADING;
    this.error = null;
    this.#held = [];
    this.#overflowed = false;
  }

  /**
   * Take the answer to a subscription, then what was held back meanwhile.
   *
   * @param {Answer} answer with a snapshot, a replay of what was missed, or an error
   * @returns {string} an Outcome; GAP asks for another subscription
   */
  load(answer) {
    if (answer.error) {
      this.phase = Phase.FAILED;
      this.error = answer.error;
      this.notify(new Set());
      return Outcome.IGNORED;
    }
    if (answer.replay && (!this.loaded || answer.epoch !== this.epoch)) {
      return Outcome.GAP;
    }
    const changed = answer.replay ? this.append(answer.replay) : this.replace(answer.snapshot ?? {}, answer);
    this.epoch = answer.epoch;
    this.seq = answer.seq;
    this.loaded = true;
    this.phase = Phase.LIVE;
    const outcome = this.#applyHeld(changed);
    this.notify(changed);
    return outcome;
  }

  /**
   * Take a batch from the server.
   *
   * @param {Batch} batch
   * @returns {string} an Outcome; GAP asks for another subscription
   */
  receive(batch) {
    if (this.phase === Phase.LOADING) {
      this.#hold(batch);
      return Outcome.HELD;
    }
    if (this.phase !== Phase.LIVE) {
      return Outcome.IGNORED;
    }
    /** @type {Set<string>} */
    const changed = new Set();
    const outcome = this.#advance(batch, changed);
    if (outcome === Outcome.APPLIED) {
      this.notify(changed);
    }
    return outcome;
  }

  /**
   * Apply changes or events in their order; each kind of topic does it in its way.
   *
   * @param {any[]} _changes
   * @param {number | null} [_after]
   * @returns {Set<string>} the keys that were touched
   */
  append(_changes, _after) {
    throw new Error("not implemented");
  }

  /**
   * Put a whole snapshot in place of what is here.
   *
   * @param {Snapshot} _snapshot
   * @param {Answer} _answer
   * @returns {Set<string>} the keys whose value is new, other or gone
   */
  replace(_snapshot, _answer) {
    throw new Error("not implemented");
  }

  /**
   * Belong to another AMI session.
   *
   * @param {string} epoch
   */
  enter(epoch) {
    this.epoch = epoch;
  }

  /**
   * Tell the listeners that these keys changed.
   *
   * @param {Set<string>} changed
   */
  notify(changed) {
    for (const listener of this.#listeners) {
      listener(changed);
    }
  }

  /** @param {Batch} batch */
  #hold(batch) {
    if (this.#held.length >= HELD_LIMIT) {
      this.#overflowed = true;
      return;
    }
    this.#held.push(batch);
  }

  /** @param {Set<string>} changed gets the keys that changed */
  #applyHeld(changed) {
    const held = this.#held;
    this.#held = [];
    for (const batch of held) {
      if (this.#advance(batch, changed) === Outcome.GAP) {
        return Outcome.GAP;
      }
    }
    return this.#overflowed ? Outcome.GAP : Outcome.APPLIED;
  }

  /**
   * @param {Batch} batch
   * @param {Set<string>} changed gets the keys that changed
   */
  #advance(batch, changed) {
    if (batch.epoch !== this.epoch) {
      return Outcome.GAP;
    }
    const here = this.seq ?? 0;
    if (batch.seq <= here) {
      return Outcome.IGNORED;
    }
    if (batch.prev_seq > here) {
      return Outcome.GAP;
    }
    for (const key of this.append(batch.changes ?? batch.events ?? [], here)) {
      changed.add(key);
    }
    this.seq = batch.seq;
    return Outcome.APPLIED;
  }
}

/** A topic whose items have keys and values: channels, queues, the link. */
export class TableTopic extends Topic {
  constructor() {
    super();
    /** @type {Map<string, any>} */
    this.items = new Map();
  }

  /**
   * Put a whole snapshot in place of what is here.
   *
   * @override
   * @param {Snapshot} snapshot
   * @returns {Set<string>} the keys whose value is new, other or gone
   */
  replace(snapshot) {
    /** @type {Set<string>} */
    const changed = new Set();
    for (const [key, value] of Object.entries(snapshot)) {
      const before = this.items.get(key);
      if (before === undefined || JSON.stringify(before) !== JSON.stringify(value)) {
        changed.add(key);
      }
    }
    for (const key of this.items.keys()) {
      if (!Object.hasOwn(snapshot, key)) {
        changed.add(key);
      }
    }
    this.items = new Map(Object.entries(snapshot));
    return changed;
  }

  /**
   * Apply changes in their order.
   *
   * @override
   * @param {Change[]} changes
   * @returns {Set<string>} the keys that were touched
   */
  append(changes) {
    /** @type {Set<string>} */
    const changed = new Set();
    for (const change of changes) {
      if (change.op === "put") {
        this.items.set(change.key, change.value);
      } else {
        this.items.delete(change.key);
      }
      changed.add(change.key);
    }
    return changed;
  }
}

/** The raw events: the newest ones in their order, with a note wherever some are missing. */
export class EventTopic extends Topic {
  #limit;

  /** @param {number} limit how many entries to keep */
  constructor(limit = 500) {
    super();
    this.#limit = limit;
    /** @type {{key: string, event?: any, gap?: {missed: number | null, newSession: boolean}}[]} */
    this.entries = [];
  }

  /**
   * Add what a snapshot has beyond the events that are here; note it when some are missing in between.
   *
   * @override
   * @param {Snapshot} snapshot
   * @param {Answer} answer
   * @returns {Set<string>} the keys of the new entries
   */
  replace(snapshot, answer) {
    const events = Object.values(snapshot).sort((a, b) => a.seq - b.seq);
    // Before the PBX's first session there was nothing that could be missing.
    /** @type {Set<string>} */
    const changed = this.known ? this.#noteGap(events, answer) : new Set();
    const after = answer.epoch === this.epoch ? this.seq : null;
    this.enter(answer.epoch);
    for (const key of this.append(events, after)) {
      changed.add(key);
    }
    return changed;
  }

  /**
   * Add events in their order; those at or before `after` are here already.
   *
   * @override
   * @param {any[]} events
   * @param {number | null} after
   * @returns {Set<string>} the keys of the new entries
   */
  append(events, after = this.seq) {
    /** @type {Set<string>} */
    const changed = new Set();
    for (const event of events) {
      if (after === null || event.seq > after) {
        const key = `${this.epoch}:${event.seq}`;
        this.entries.push({ key, event });
        changed.add(key);
      }
    }
    this.#trim();
    return changed;
  }

  /** Forget the events that are here; the place in the stream stays. */
  clear() {
    this.entries = [];
    this.notify(new Set());
  }

  /**
   * @param {any[]} events
   * @param {Answer} answer
   * @returns {Set<string>} the key of the note
   */
  #noteGap(events, answer) {
    const newSession = answer.epoch !== this.epoch;
    const here = this.seq ?? 0;
    const next = events.find((event) => event.seq > here)?.seq ?? answer.seq + 1;
    const missed = newSession ? null : next - here - 1;
    if (missed === 0) {
      return new Set();
    }
    const key = `gap:${answer.epoch}:${answer.seq}`;
    this.entries.push({ key, gap: { missed, newSession } });
    return new Set([key]);
  }

  #trim() {
    if (this.entries.length > this.#limit) {
      this.entries.splice(0, this.entries.length - this.#limit);
    }
  }
}
