/**
 * The connection to amictl: one Socket.IO socket, by WebSocket, or by polling where WebSocket is blocked on the way.
 *
 * It decides itself when to try again and by which way, so that a page is right again at once after a lost network,
 * a laptop's sleep or a restart of amictl. A socket serves one attempt and the connection that comes of it, no more.
 */

/** Whether the browser hears amictl. */
export const FeedState = Object.freeze({
  CONNECTING: "connecting",
  ONLINE: "online",
  LOST: "lost",
  REFUSED: "refused",
});

/** How messages come. */
export const Way = Object.freeze({ WEBSOCKET: "websocket", POLLING: "polling" });

const REFUSALS = new Set(["not_authenticated", "password_change_required"]); // until the reader does something

/** Until an attempt counts as failed: a proxy that swallows what is sent answers nothing at all. */
const PATIENCE_MS = Object.freeze({ websocket: 4_000, polling: 10_000 });

/** Pauses before the tries after a loss; the last one goes on for ever. Half of each is chance, for thousands come back. */
const PAUSES_MS = [100, 250, 500, 1_000, 1_000, 1_500, 2_000, 3_000, 5_000];

/** Pauses, while polling, before WebSocket is tried again. */
const PROBES_MS = [3_000, 15_000, 30_000, 60_000, 120_000, 300_000];

/** In which a connection must answer of which nobody knows whether it is alive; else in ten seconds. */
const PROOF_MS = Object.freeze({ websocket: 2_000, polling: 4_000 });
const ANSWER_MS = 10_000;

const CLOCK_MS = 60_000; // between two questions for the time
const QUIET_MS = 30_000; // without a message, after which something is asked, so that no proxy calls it idle
const SHORTEST_QUIET_MS = 2_000;

/**
 * What a socket must offer: Socket.IO's own does.
 *
 * @typedef {object} LineSocket
 * @property {(name: string, handler: (value: any) => void) => unknown} on
 * @property {() => unknown} connect
 * @property {() => unknown} disconnect
 * @property {(ms: number) => {emit: (name: string, payload: object, done: (error: Error | null, answer: any) => void) => unknown}} timeout
 * @property {(name: string, payload: object) => unknown} emit
 *
 * @typedef {object} Surroundings what the connection needs of the browser
 * @property {(way: string) => LineSocket} open makes a socket that was not connected yet
 * @property {() => Promise<boolean>} reach whether amictl answers plain HTTP
 * @property {() => Promise<boolean>} probe whether a WebSocket carries messages there and back
 * @property {{setTimeout: Function, clearTimeout: Function}} timers
 * @property {() => number} [random] from 0 to 1
 * @property {{get: () => boolean, set: (blocked: boolean) => void}} [memory] whether WebSocket was blocked a moment ago
 */

export class Connection {
  #around;
  #clock;
  /** @type {LineSocket | null} */
  #socket = null;
  /** @type {"websocket" | "polling"} */
  #way;
  #failures = 0;
  #refusedOnce = false;
  #probes = 0;
  #quiet = QUIET_MS;
  #heardAt = 0;
  #askedAt = 0;
  #startedAt = 0;
  /** @type {Map<string, unknown>} */
  #pending = new Map();
  /** @type {Map<string, (message: any) => void>} */
  #handlers = new Map();
  /** @type {Set<(state: string) => void>} */
  #listeners = new Set();
  /** @type {Set<() => void>} */
  #connected = new Set();

  /**
   * @param {import("./clock.js").ServerClock} clock corrected by each answer
   * @param {Surroundings} around
   */
  constructor(clock, around) {
    this.#clock = clock;
    this.#around = { random: Math.random, ...around };
    this.#way = around.memory?.get() ? Way.POLLING : Way.WEBSOCKET;
    /** @type {string} a FeedState */
    this.state = FeedState.CONNECTING;
    /** @type {number | null} */
    this.lostAt = null;
    /** @type {string | null} the release of amictl's pages, once it is known */
    this.release = null;
  }

  /** Whether messages come by polling, since WebSocket does not work. */
  get polls() {
    return this.state === FeedState.ONLINE && this.#way === Way.POLLING;
  }

  /**
   * Call a listener when `state`, `polls` or `release` changes.
   *
   * @param {(state: string) => void} listener
   */
  listen(listener) {
    this.#listeners.add(listener);
  }

  /**
   * Call something whenever a new connection stands; what went before is lost, subscriptions too.
   *
   * @param {() => void} greet
   */
  onConnect(greet) {
    this.#connected.add(greet);
  }

  /**
   * Take the server's messages of one name.
   *
   * @param {string} name
   * @param {(message: any) => void} handler
   */
  on(name, handler) {
    this.#handlers.set(name, handler);
  }

  /** Start. */
  connect() {
    this.#attempt();
  }

  /**
   * Ask something; the answer's time corrects the clock.
   *
   * @param {string} name
   * @param {object} payload
   * @param {number} patience milliseconds
   * @param {(error: Error | null, answer: any) => void} done
   */
  ask(name, payload, patience, done) {
    const socket = this.#socket;
    if (!socket) {
      done(new Error("There is no connection."), null);
      return;
    }
    const sentAt = this.#clock.local();
    socket.timeout(patience).emit(name, payload, (error, answer) => {
      if (!error) {
        this.#hear();
        this.#learn(answer._server, sentAt);
      }
      done(error, answer);
    });
  }

  /**
   * Say something that needs no answer.
   *
   * @param {string} name
   * @param {object} payload
   */
  tell(name, payload) {
    this.#socket?.emit(name, payload);
  }

  /**
   * The network may be back, the page was frozen or the laptop slept: connect at once, or prove that it still works.
   *
   * What seems to be connected may be half of a connection whose other end is long gone.
   */
  wake() {
    if (this.state === FeedState.ONLINE) {
      this.#prove();
      if (this.#way === Way.POLLING) {
        this.#probes = 0; // this may be another network
        this.#probeLater();
      }
    } else if (this.state !== FeedState.REFUSED && !this.#hasJustBegun()) {
      this.retry();
    }
  }

  /** Try at once, also after a refusal: somebody signed in. */
  retry() {
    this.#failures = 0;
    this.#attempt();
  }

  /** Whether an attempt is on its way that deserves a moment yet. */
  #hasJustBegun() {
    return this.#socket !== null && this.#clock.local() - this.#startedAt < 1_000;
  }

  #attempt() {
    this.#drop();
    const socket = this.#around.open(this.#way);
    this.#socket = socket;
    this.#startedAt = this.#clock.local();
    const current = (/** @type {(value: any) => void} */ handle) => (/** @type {any} */ value) => {
      if (this.#socket === socket) {
        handle(value);
      }
    };
    socket.on("connect", current(() => this.#stand()));
    socket.on("disconnect", current((reason) => this.#broken(reason)));
    socket.on("connect_error", current((error) => this.#refused(error)));
    for (const [name, handler] of this.#handlers) {
      socket.on(name, current((message) => {
        this.#hear();
        handler(message);
      }));
    }
    this.#later("patience", PATIENCE_MS[this.#way], () => this.#failed(true));
    socket.connect();
  }

  /** Let go of the present socket, and of all that waits. */
  #drop() {
    for (const name of [...this.#pending.keys()]) {
      this.#cancel(name);
    }
    const socket = this.#socket;
    this.#socket = null;
    socket?.disconnect();
  }

  #stand() {
    this.#cancel("patience");
    this.#failures = 0;
    this.#refusedOnce = false;
    this.#startedAt = this.#clock.local();
    this.#around.memory?.set(this.#way === Way.POLLING);
    this.#hear();
    if (this.#way === Way.POLLING) {
      this.#probeLater();
    } else {
      this.#probes = 0;
    }
    this.#become(FeedState.ONLINE);
    this.#askTime();
    this.#watch();
    for (const greet of this.#connected) {
      greet();
    }
  }

  /** @param {string} reason Socket.IO's */
  #broken(reason) {
    const silent = this.#clock.local() - this.#heardAt;
    if (reason.startsWith("transport") && silent > SHORTEST_QUIET_MS && silent < QUIET_MS) {
      this.#quiet = Math.max(SHORTEST_QUIET_MS, Math.min(this.#quiet, silent / 2)); // it may have been cut for its silence
    }
    this.#drop();
    this.#become(FeedState.LOST);
    this.#later("again", this.#pause(), () => this.#attempt());
  }

  /** @param {Error} error */
  #refused(error) {
    if (REFUSALS.has(error.message)) {
      this.#drop();
      this.#become(FeedState.REFUSED);
    } else {
      this.#failed(false);
    }
  }

  /**
   * An attempt failed. Where amictl answers plain HTTP meanwhile, it is WebSocket that does not work on the way: at once
   * where nothing came back at all, else after a second look, since amictl may just have come back.
   *
   * @param {boolean} silent whether nothing came back at all
   */
  async #failed(silent) {
    const way = this.#way;
    this.#drop();
    this.#become(FeedState.LOST);
    this.#startedAt = this.#clock.local();
    const waiting = this.#startedAt;
    const reached = way === Way.WEBSOCKET && (await this.#around.reach());
    if (this.#socket || this.#startedAt !== waiting) {
      return; // somebody has begun another attempt
    }
    if (reached && (silent || this.#refusedOnce)) {
      this.#way = Way.POLLING;
      this.#attempt();
    } else if (reached) {
      this.#refusedOnce = true;
      this.#attempt();
    } else {
      this.#way = Way.WEBSOCKET;
      this.#later("again", this.#pause(), () => this.#attempt());
    }
  }

  #pause() {
    const pause = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)];
    this.#failures += 1;
    return pause * (0.5 + this.#around.random());
  }

  /** Connect anew where nothing at all is heard soon. */
  #prove() {
    const socket = this.#socket;
    const askedAt = this.#clock.local();
    const patience = PROOF_MS[this.#way];
    this.#askTime(patience, (error) => {
      if (error && this.#socket === socket && this.#heardAt < askedAt) {
        this.#become(FeedState.LOST);
        this.#attempt();
      }
    });
  }

  #askTime(patience = ANSWER_MS, done = (/** @type {Error | null} */ _error) => {}) {
    this.#askedAt = this.#clock.local();
    this.ask("time", {}, patience, done);
  }

  #hear() {
    this.#heardAt = this.#clock.local();
  }

  /** Ask the time now and then: the clock stays right, and a silent connection is not taken for an idle one. */
  #watch() {
    const now = this.#clock.local();
    const due = Math.max(this.#heardAt, this.#askedAt) + this.#quiet;
    this.#later("watch", Math.max(0, Math.min(due, this.#askedAt + CLOCK_MS) - now), () => {
      const then = this.#clock.local();
      if (then - this.#heardAt >= this.#quiet || then - this.#askedAt >= CLOCK_MS) {
        this.#askTime();
      }
      this.#watch();
    });
  }

  #probeLater() {
    const pause = PROBES_MS[Math.min(this.#probes, PROBES_MS.length - 1)];
    this.#probes += 1;
    this.#later("probe", pause, async () => {
      const socket = this.#socket;
      const works = await this.#around.probe();
      if (this.#socket !== socket || this.state !== FeedState.ONLINE) {
        return;
      }
      if (works) {
        this.#way = Way.WEBSOCKET;
        this.#attempt();
      } else {
        this.#probeLater();
      }
    });
  }

  /**
   * @param {{now: string, release?: string} | undefined} server
   * @param {number} sentAt
   */
  #learn(server, sentAt) {
    if (!server) {
      return;
    }
    this.#clock.correct(server.now, sentAt);
    if (server.release && server.release !== this.release) {
      this.release = server.release;
      this.#tell();
    }
  }

  /** @param {string} state */
  #become(state) {
    if (state === FeedState.LOST && this.state !== FeedState.LOST) {
      this.lostAt = this.#clock.now();
    }
    const before = this.state;
    this.state = state;
    if (state !== before || state === FeedState.ONLINE) {
      this.#tell();
    }
  }

  #tell() {
    for (const listener of this.#listeners) {
      listener(this.state);
    }
  }

  /**
   * @param {string} name
   * @param {number} pause milliseconds
   * @param {() => void} work
   */
  #later(name, pause, work) {
    this.#cancel(name);
    const timer = this.#around.timers.setTimeout(() => {
      this.#pending.delete(name);
      work();
    }, pause);
    this.#pending.set(name, timer);
  }

  /** @param {string} name */
  #cancel(name) {
    this.#around.timers.clearTimeout(this.#pending.get(name));
    this.#pending.delete(name);
  }
}
