/** What a person chose and the browser keeps: columns, orders, views. */

export class Preferences {
  #storage;
  #scope;
  /** @type {Map<string, unknown>} what was set since the page was loaded, where nothing may be stored */
  #held = new Map();

  /**
   * @param {() => Storage} storage gives the browser's; reading it can be forbidden
   * @param {string} username
   * @param {string} pbx
   */
  constructor(storage, username, pbx) {
    this.#storage = storage;
    this.#scope = `amictl/${encodeURIComponent(username)}/${encodeURIComponent(pbx)}/`;
  }

  /**
   * What was chosen last.
   *
   * @template T
   * @param {string} name such as `channels.columns`
   * @param {T} fallback where nothing was chosen, or nothing readable is kept
   * @returns {T}
   */
  get(name, fallback) {
    if (this.#held.has(name)) {
      return /** @type {T} */ (this.#held.get(name));
    }
    try {
      const kept = this.#storage().getItem(this.#scope + name);
      return kept === null ? fallback : JSON.parse(kept);
    } catch {
      return fallback;
    }
  }

  /**
   * Keep a choice; for as long as the page lives where the browser stores nothing.
   *
   * @param {string} name
   * @param {unknown} value anything that JSON can tell
   */
  set(name, value) {
    this.#held.set(name, value);
    try {
      this.#storage().setItem(this.#scope + name, JSON.stringify(value));
    } catch {
      // Storage is full or forbidden; `#held` has it.
    }
  }
}
