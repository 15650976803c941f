/**
 * The feed: the topics that the page wants from amictl, kept right over one connection.
 *
 * It subscribes again by itself: after a reconnect and after a gap from where the copy stands (`since`), after a
 * `reset` from nothing. It never asks for what it is told anyway.
 */

import { t } from "../words.js";
import { FeedState } from "./connection.js";
import { Outcome } from "./store.js";

const ANSWER_TIMEOUT_MS = 10_000;
const RETRY_MS = 2_000;
const FAILED_RETRY_MS = 5_000;
const NO_ANSWER = Object.freeze({ code: "no_answer", detail: t("The server said nothing about this topic.") });

/** @typedef {import("./store.js").TableTopic | import("./store.js").EventTopic} Topic */

export class Feed {
  #connection;
  #timers;
  /** @type {Map<string, {pbx: string, topic: string, store: Topic, ticket: number}>} */
  #wanted = new Map();
  #ticket = 0;

  /**
   * @param {import("./connection.js").Connection} connection not connected yet
   * @param {{setTimeout: Function}} timers the window, or a stand-in
   */
  constructor(connection, timers = globalThis) {
    this.#connection = connection;
    this.#timers = timers;
    connection.onConnect(() => this.#connected());
    connection.on("changes", (batch) => this.#receive(batch));
    connection.on("ami_events", (batch) => this.#receive(batch));
    connection.on("reset", (reset) => this.#reset(reset));
  }

  /**
   * Keep a topic up to date from now on.
   *
   * @param {string} pbx
   * @param {string} topic
   * @param {Topic} store
   */
  open(pbx, topic, store) {
    const name = nameOf(pbx, topic);
    if (this.#wanted.has(name)) {
      return;
    }
    this.#wanted.set(name, { pbx, topic, store, ticket: 0 });
    if (this.#isOnline) {
      this.#subscribe(pbx, [name], true);
    }
  }

  /**
   * Let a topic go; its store keeps what it has.
   *
   * @param {string} pbx
   * @param {string} topic
   */
  close(pbx, topic) {
    if (this.#wanted.delete(nameOf(pbx, topic)) && this.#isOnline) {
      this.#connection.tell("unsubscribe", { pbx, topics: [topic] });
    }
  }

  get #isOnline() {
    return this.#connection.state === FeedState.ONLINE;
  }

  #connected() {
    for (const [pbx, names] of groupByPbx(this.#wanted)) {
      this.#subscribe(pbx, names, true);
    }
  }

  /**
   * @param {string} pbx
   * @param {string[]} names of topics that are wanted
   * @param {boolean} fromCursor whether what is here goes on, rather than to begin anew
   */
  #subscribe(pbx, names, fromCursor) {
    const ticket = ++this.#ticket;
    /** @type {Record<string, {epoch: string, seq: number}>} */
    const since = {};
    const topics = [];
    for (const name of names) {
      const entry = this.#entry(name);
      if (fromCursor && entry.store.cursor) {
        since[entry.topic] = entry.store.cursor;
      }
      entry.ticket = ticket;
      entry.store.begin();
      topics.push(entry.topic);
    }
    this.#connection.ask("subscribe", { pbx, topics, since }, ANSWER_TIMEOUT_MS, (error, answer) => {
      if (error) {
        this.#retry(pbx, names, ticket, RETRY_MS);
      } else {
        this.#load(pbx, names, ticket, answer);
      }
    });
  }

  /**
   * @param {string} pbx
   * @param {string[]} names
   * @param {number} ticket
   * @param {Record<string, any>} answer
   */
  #load(pbx, names, ticket, answer) {
    const again = this.#current(names, ticket).filter((name) => {
      const { topic, store } = this.#entry(name);
      return store.load(answer[topic] ?? { error: answer.error ?? NO_ANSWER }) === Outcome.GAP;
    });
    if (again.length) {
      this.#subscribe(pbx, again, false);
    }
    const failed = this.#current(names, ticket).filter((name) => this.#entry(name).store.mayRecover);
    if (failed.length) {
      this.#retry(pbx, failed, ticket, FAILED_RETRY_MS);
    }
  }

  /**
   * @param {string} pbx
   * @param {string[]} names
   * @param {number} ticket
   * @param {number} delay milliseconds
   */
  #retry(pbx, names, ticket, delay) {
    this.#timers.setTimeout(() => {
      const still = this.#current(names, ticket);
      if (this.#isOnline && still.length) {
        this.#subscribe(pbx, still, true);
      }
    }, delay);
  }

  /** @param {string} name of a topic that is wanted */
  #entry(name) {
    const entry = this.#wanted.get(name);
    if (!entry) {
      throw new Error(`Nobody wants ${name}.`);
    }
    return entry;
  }

  /**
   * The names among these that are still wanted and not asked for anew since.
   *
   * @param {string[]} names
   * @param {number} ticket
   */
  #current(names, ticket) {
    return names.filter((name) => this.#wanted.get(name)?.ticket === ticket);
  }

  /** @param {any} batch */
  #receive(batch) {
    const name = nameOf(batch.pbx, batch.topic);
    const entry = this.#wanted.get(name);
    if (entry?.store.receive(batch) === Outcome.GAP) {
      this.#subscribe(batch.pbx, [name], true);
    }
  }

  /** @param {{pbx: string, topic: string}} which */
  #reset({ pbx, topic }) {
    const name = nameOf(pbx, topic);
    if (this.#wanted.has(name)) {
      this.#subscribe(pbx, [name], false);
    }
  }
}

/**
 * @param {string} pbx
 * @param {string} topic
 */
function nameOf(pbx, topic) {
  return `${pbx}\n${topic}`;
}

/**
 * @param {Map<string, {pbx: string}>} wanted
 * @returns {Map<string, string[]>}
 */
function groupByPbx(wanted) {
  /** @type {Map<string, string[]>} */
  const byPbx = new Map();
  for (const [name, { pbx }] of wanted) {
    byPbx.set(pbx, [...(byPbx.get(pbx) ?? []), name]);
  }
  return byPbx;
}
