/** What the PBX cannot do for amictl, and why: asked once for each AMI session, since an upgrade of the PBX begins a new one. */

import { Problem } from "../api.js";

/**
 * @typedef {object} Offer one entry of GET actions/
 * @property {string} action
 * @property {string | null} reason why it is not available
 */

export class Capabilities {
  #api;
  #known;
  #link;
  #pbx;
  #epoch = "";
  /** @type {Map<string, string>} reason by the action's name in lower case */
  #missing = new Map();
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /**
   * @param {{read: (path: string, query?: Record<string, string>) => Promise<any>}} api
   * @param {boolean} mayAsk whether the role may read the catalogue; for others nothing is known to be missing
   * @param {{items: Map<string, any>, listen: (listener: () => void) => unknown}} link the topic `pbx`
   * @param {string} pbx
   */
  constructor(api, mayAsk, link, pbx) {
    this.#api = api;
    this.#known = mayAsk;
    this.#link = link;
    this.#pbx = pbx;
    link.listen(() => this.#followLink());
    this.#followLink();
  }

  /**
   * Why none of these can be done, as a sentence; null while they can, or while nobody knows.
   *
   * @param {readonly string[] | undefined} needs AMI actions, all of which are needed
   * @returns {string | null}
   */
  missing(needs) {
    for (const name of needs ?? []) {
      const reason = this.#missing.get(name.toLowerCase());
      if (reason !== undefined) {
        return reason;
      }
    }
    return null;
  }

  /**
   * Call a listener after what is known changed.
   *
   * @param {() => void} listener
   * @returns {() => void} stops the calls
   */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #followLink() {
    const link = this.#link.items.get(this.#pbx);
    if (this.#known && link?.state === "connected" && link.epoch && link.epoch !== this.#epoch) {
      this.#epoch = link.epoch;
      this.#load(link.epoch);
    }
  }

  /** @param {string} epoch */
  async #load(epoch) {
    let offers;
    try {
      ({ actions: offers } = await this.#api.read("actions/", { available: "0" }));
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      if (this.#epoch === epoch) {
        this.#epoch = ""; // the next word of the link asks again
      }
      return;
    }
    if (this.#epoch === epoch) {
      this.#missing = new Map(offers.map((/** @type {Offer} */ { action, reason }) => [action.toLowerCase(), reason ?? ""]));
      this.#listeners.forEach((listener) => listener());
    }
  }
}
