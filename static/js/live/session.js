/**
 * Whose session the browser has. When it ends, the reader signs in again on the page as it is, and nothing is lost.
 *
 * All pages of a browser share one session: it may end or become another user's by what happens in another tab.
 */

import { BROKEN, Problem } from "../api.js";

/** What the browser's session is to this page. */
export const Standing = Object.freeze({ OURS: "ours", NONE: "none", OTHER: "other", PASSWORD: "password" });

/**
 * @typedef {object} SessionFacts what the server tells of the browser's session
 * @property {{username: string, role: string} | null} user
 * @property {string[]} permissions
 * @property {boolean} must_change_password
 * @property {string} csrf_token
 *
 * @typedef {(session: Session) => Promise<boolean>} Helper lets the reader sign in; tells whether the session is ours again
 */

export class Session {
  #permissions;
  #help;
  #fetch;
  #token;
  /** @type {Promise<boolean> | null} */
  #restoring = null;
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /**
   * @param {{username: string, permissions: string[], csrfToken: string}} page whose page this is
   * @param {Helper} help
   * @param {typeof fetch} fetcher
   */
  constructor({ username, permissions, csrfToken }, help, fetcher = (...args) => globalThis.fetch(...args)) {
    this.username = username;
    /** @type {string} Whose session the browser had at the last look, in its own words. */
    this.other = "";
    this.#permissions = permissions.toSorted().join();
    this.#token = csrfToken;
    this.#help = help;
    this.#fetch = fetcher;
  }

  /** What goes with each write. */
  get csrfToken() {
    return this.#token;
  }

  /**
   * Call a listener whenever the session is ours again.
   *
   * @param {() => void} listener
   */
  listen(listener) {
    this.#listeners.add(listener);
  }

  /**
   * Make the session ours again: by a look where it is already, else by the reader. Who asks meanwhile waits with the first.
   *
   * @returns {Promise<boolean>} false when the reader gives it up, or nobody answers
   */
  restore() {
    this.#restoring ??= this.#restore().finally(() => {
      this.#restoring = null;
    });
    return this.#restoring;
  }

  /**
   * Ask whose session the browser has.
   *
   * @returns {Promise<string>} a Standing
   * @throws {Problem} amictl did not answer
   */
  async look() {
    return this.#take(await this.#ask({ method: "GET" }));
  }

  /**
   * Sign in.
   *
   * @param {string} username
   * @param {string} password
   * @returns {Promise<string>} a Standing
   * @throws {Problem} refused, with the reason
   */
  async signIn(username, password) {
    await this.look(); // a CSRF token that goes with the cookie as it is now
    const body = new URLSearchParams({ username, password, csrf_token: this.#token });
    return this.#take(await this.#ask({ method: "POST", body }));
  }

  async #restore() {
    try {
      if ((await this.look()) === Standing.OURS) {
        this.#tell();
        return true;
      }
    } catch {
      return false;
    }
    const restored = await this.#help(this);
    if (restored) {
      this.#tell();
    }
    return restored;
  }

  /** @param {RequestInit} options */
  async #ask(options) {
    let response;
    let body;
    try {
      const headers = { Accept: "application/json" };
      response = await this.#fetch("/login", { ...options, headers, credentials: "same-origin", redirect: "error" });
      body = await response.json();
    } catch {
      throw new Problem({ ...BROKEN, status: response?.status ?? 0 });
    }
    if (!response.ok) {
      throw new Problem({ status: response.status, ...body });
    }
    return body.data;
  }

  /** @param {SessionFacts} facts */
  #take({ user, permissions, must_change_password: mustChange, csrf_token: token }) {
    this.#token = token;
    this.other = user?.username ?? "";
    if (!user) {
      return Standing.NONE;
    }
    if (user.username !== this.username) {
      return Standing.OTHER;
    }
    if (mustChange) {
      return Standing.PASSWORD;
    }
    return permissions.toSorted().join() === this.#permissions ? Standing.OURS : Standing.OTHER;
  }

  #tell() {
    for (const listener of this.#listeners) {
      listener();
    }
  }
}
