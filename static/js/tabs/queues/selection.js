/** Which rows are chosen, and the bar with what can be done to all of them at once. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { isAllowed } from "../../components/availability.js";
import { icon } from "../../dom.js";
import { t, tn } from "../../words.js";

export class Selection {
  #bar;
  #context;
  #specs;
  #changed;
  /** @type {Set<string>} */
  #chosen = new Set();
  #targetOf;

  /**
   * @param {HTMLElement} bar where the bar stands while something is chosen
   * @param {any} context
   * @param {readonly import("../../components/action_spec.js").ActionSpec[]} specs
   * @param {{changed: () => void, target: (key: string) => any}} rows `changed` is called after the choice changed;
   *   `target` gives what a row's actions are about
   */
  constructor(bar, context, specs, { changed, target }) {
    this.#bar = bar;
    this.#context = context;
    this.#specs = specs.filter((spec) => isAllowed(spec, context));
    this.#changed = changed;
    this.#targetOf = target;
  }

  /** Whether there is anything that could be done to several. */
  get useful() {
    return this.#specs.length > 0;
  }

  /** @param {string} key */
  has(key) {
    return this.#chosen.has(key);
  }

  /**
   * Choose rows, or leave them.
   *
   * @param {Iterable<string>} keys
   * @param {boolean} chosen
   */
  set(keys, chosen) {
    for (const key of keys) {
      if (chosen) {
        this.#chosen.add(key);
      } else {
        this.#chosen.delete(key);
      }
    }
    this.#changed();
  }

  /** Leave all. */
  clear() {
    this.set([...this.#chosen], false);
  }

  /**
   * Take over which rows there are; what is gone is not chosen any more.
   *
   * @param {Iterable<string>} keys
   */
  keep(keys) {
    const known = new Set(keys);
    for (const key of this.#chosen) {
      if (!known.has(key)) {
        this.#chosen.delete(key);
      }
    }
    this.#render();
  }

  #render() {
    const count = this.#chosen.size;
    this.#bar.hidden = count === 0;
    render(
      count === 0
        ? nothing
        : html`
            <span class="bulk-bar-count" role="status">${tn("%(count)s chosen", "%(count)s chosen", count)}</span>
            ${this.#specs.map((spec) => html`<button class="btn btn-sm" type="button" data-bulk=${spec.id} data-tone=${spec.tone ?? nothing} @click=${() => this.#run(spec)}>${icon(spec.icon)}${spec.label()}</button>`)}
            <button class="btn btn-sm btn-ghost" type="button" @click=${() => this.clear()}>${t("Choose none")}</button>`,
      this.#bar,
    );
  }

  /** @param {import("../../components/action_spec.js").ActionSpec} spec */
  async #run(spec) {
    const targets = [...this.#chosen].map((key) => this.#targetOf(key)).filter(Boolean);
    await this.#context.runBulk(spec, targets);
  }
}
