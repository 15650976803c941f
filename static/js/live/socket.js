/**
 * The feed: one Socket.IO connection, and the topics that the page wants from it.
 *
 * It subscribes again by itself: after a reconnect and after a gap from where the copy stands (`since`), after a
 * `reset` from nothing. It never polls.
 */

import { Outcome } from "./store.js";

const ANSWER_TIMEOUT_MS = 10_000;
const REFUSALS = new Set(["not_authenticated", "password_change_required"]); // until the reader does something
const RETRY_MS = 2_000;
const FAILED_RETRY_MS = 5_000;
const NO_ANSWER = Object.freeze({ code: "no_answer", detail: "The server said nothing about this topic." });

/** Whether the browser hears the server. */
export const FeedState = Object.freeze({
  CONNECTING: "connecting",
  ONLINE: "online",
  LOST: "lost",
  REFUSED: "refused",
});

export class Feed {
  #socket;
  #clock;
  #timers;
  #wanted = new Map();
  #listeners = new Set();
  #ticket = 0;

  /**
   * @param {object} socket a Socket.IO client socket that was not connected yet
   * @param {import("./clock.js").ServerClock} clock corrected by each answer
   * @param {{setTimeout: Function}} timers the window, or a stand-in
   */
  constructor(socket, clock, timers = globalThis) {
    this.#socket = socket;
    this.#clock = clock;
    this.#timers = timers;
    this.state = FeedState.CONNECTING;
    this.lostAt = null;
    socket.on("connect", () => this.#connected());
    socket.on("disconnect", (reason) => this.#disconnected(reason));
    socket.on("connect_error", (error) => this.#failed(error));
    socket.on("changes", (batch) => this.#receive(batch));
    socket.on("ami_events", (batch) => this.#receive(batch));
    socket.on("reset", (reset) => this.#reset(reset));
  }

  /** Start; the socket goes on trying by itself. */
  connect() {
    this.#socket.connect();
  }

  /**
   * Call a listener when `state` changes.
   *
   * @param {(state: string) => void} listener
   */
  listen(listener) {
    this.#listeners.add(listener);
  }

  /**
   * Keep a topic up to date from now on.
   *
   * @param {string} pbx
   * @param {string} topic
   * @param {object} store a TableTopic or EventTopic
   */
  open(pbx, topic, store) {
    const name = nameOf(pbx, topic);
    if (this.#wanted.has(name)) {
      return;
    }
    this.#wanted.set(name, { pbx, topic, store, ticket: 0 });
    if (this.state === FeedState.ONLINE) {
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
    if (this.#wanted.delete(nameOf(pbx, topic)) && this.state === FeedState.ONLINE) {
      this.#socket.emit("unsubscribe", { pbx, topics: [topic] });
    }
  }

  #connected() {
    this.#become(FeedState.ONLINE);
    for (const [pbx, names] of groupByPbx(this.#wanted)) {
      this.#subscribe(pbx, names, true);
    }
  }

  #disconnected(reason) {
    this.#become(FeedState.LOST);
    if (reason === "io server disconnect") {
      this.#connectLater();
    }
  }

  #failed(error) {
    if (REFUSALS.has(error.message)) {
      this.#become(FeedState.REFUSED);
      return;
    }
    this.#become(FeedState.LOST);
    if (!this.#socket.active) {
      this.#connectLater();
    }
  }

  /** Socket.IO goes on by itself after a broken connection, but not after the server closed or refused one. */
  #connectLater() {
    this.#timers.setTimeout(() => this.#socket.connect(), RETRY_MS * (0.5 + Math.random()));
  }

  #become(state) {
    if (state === this.state) {
      return;
    }
    if (state === FeedState.LOST) {
      this.lostAt = this.#clock.now();
    }
    this.state = state;
    for (const listener of this.#listeners) {
      listener(state);
    }
  }

  #subscribe(pbx, names, fromCursor) {
    const ticket = ++this.#ticket;
    const since = {};
    const topics = [];
    for (const name of names) {
      const entry = this.#wanted.get(name);
      if (fromCursor && entry.store.cursor) {
        since[entry.topic] = entry.store.cursor;
      }
      entry.ticket = ticket;
      entry.store.begin();
      topics.push(entry.topic);
    }
    const sentAt = this.#clock.local();
    this.#socket
      .timeout(ANSWER_TIMEOUT_MS)
      .emit("subscribe", { pbx, topics, since }, (error, answer) => {
        if (error) {
          this.#retry(pbx, names, ticket, RETRY_MS);
        } else {
          this.#load(pbx, names, ticket, answer, sentAt);
        }
      });
  }

  #load(pbx, names, ticket, answer, sentAt) {
    if (answer._server) {
      this.#clock.correct(answer._server.now, sentAt);
    }
    const again = this.#current(names, ticket).filter((name) => {
      const { topic, store } = this.#wanted.get(name);
      return store.load(answer[topic] ?? { error: answer.error ?? NO_ANSWER }) === Outcome.GAP;
    });
    if (again.length) {
      this.#subscribe(pbx, again, false);
    }
    const failed = this.#current(names, ticket).filter((name) => this.#wanted.get(name).store.mayRecover);
    if (failed.length) {
      this.#retry(pbx, failed, ticket, FAILED_RETRY_MS);
    }
  }

  #retry(pbx, names, ticket, delay) {
    this.#timers.setTimeout(() => {
      const still = this.#current(names, ticket);
      if (this.state === FeedState.ONLINE && still.length) {
        this.#subscribe(pbx, still, true);
      }
    }, delay);
  }

  /** The names among these that are still wanted and not asked for anew since. */
  #current(names, ticket) {
    return names.filter((name) => this.#wanted.get(name)?.ticket === ticket);
  }

  #receive(batch) {
    const name = nameOf(batch.pbx, batch.topic);
    const entry = this.#wanted.get(name);
    if (entry?.store.receive(batch) === Outcome.GAP) {
      this.#subscribe(batch.pbx, [name], true);
    }
  }

  #reset({ pbx, topic }) {
    const name = nameOf(pbx, topic);
    if (this.#wanted.has(name)) {
      this.#subscribe(pbx, [name], false);
    }
  }
}

function nameOf(pbx, topic) {
  return `${pbx}\n${topic}`;
}

function groupByPbx(wanted) {
  const byPbx = new Map();
  for (const [name, { pbx }] of wanted) {
    byPbx.set(pbx, [...(byPbx.get(pbx) ?? []), name]);
  }
  return byPbx;
}
