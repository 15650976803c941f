/** Addresses of views, each made once: the same ones are written at each render. */

const MOST_KEPT = 2_000;

export class Addresses {
  #context;
  /** @type {Map<string, string>} */
  #kept = new Map();

  /** @param {import("../../shell/context.js").Context} context */
  constructor(context) {
    this.#context = context;
  }

  /**
   * The address of a view of a tab.
   *
   * @param {string} tab
   * @param {string} part such as a queue's name
   */
  of(tab, part) {
    const key = `${tab}/${part}`;
    let address = this.#kept.get(key);
    if (address === undefined) {
      address = this.#context.href(tab, part);
      if (this.#kept.size >= MOST_KEPT) {
        this.#kept.clear();
      }
      this.#kept.set(key, address);
    }
    return address;
  }
}
