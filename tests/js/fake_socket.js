import { FeedState } from "../../static/js/live/connection.js";

/** Stands in for a Socket.IO socket: keeps what was sent, and lets the test answer. */
export class FakeSocket {
  constructor() {
    this.handlers = {};
    this.sent = [];
    this.connects = 0;
    this.active = true;
  }

  on(name, handler) {
    this.handlers[name] = handler;
  }

  connect() {
    this.connects += 1;
  }

  disconnect() {
    this.active = false;
  }

  timeout() {
    return this;
  }

  emit(name, payload, acknowledge) {
    this.sent.push({ name, payload, acknowledge });
  }

  happen(name, value) {
    this.handlers[name]?.(value);
  }

  take() {
    return this.sent.splice(0);
  }
}

/** Stands in for the connection that the feed has: the test lets it come, go and answer. */
export class FakeConnection {
  #handlers = {};
  #greet = null;

  constructor() {
    this.state = FeedState.CONNECTING;
    this.sent = [];
  }

  onConnect(greet) {
    this.#greet = greet;
  }

  on(name, handler) {
    this.#handlers[name] = handler;
  }

  ask(name, payload, _patience, acknowledge) {
    this.sent.push({ name, payload, acknowledge });
  }

  tell(name, payload) {
    this.sent.push({ name, payload });
  }

  happen(name, value) {
    if (name === "connect") {
      this.state = FeedState.ONLINE;
      this.#greet();
    } else if (name === "disconnect") {
      this.state = FeedState.LOST;
    } else {
      this.#handlers[name](value);
    }
  }

  take() {
    return this.sent.splice(0);
  }
}

/** Timers whose time the test moves on. */
export class FakeTimers {
  #waiting = new Map();
  #next = 1;
  now = 0;

  setTimeout = (work, pause) => {
    const id = this.#next;
    this.#next += 1;
    this.#waiting.set(id, { at: this.now + pause, work });
    return id;
  };

  clearTimeout = (id) => {
    this.#waiting.delete(id);
  };

  /** Run what is due first, if it is due by then, and say whether there was something. */
  runNext(until) {
    const [id, first] = [...this.#waiting].sort(([, a], [, b]) => a.at - b.at)[0] ?? [];
    if (!first || first.at > until) {
      return false;
    }
    this.#waiting.delete(id);
    this.now = Math.max(this.now, first.at);
    first.work();
    return true;
  }
}
