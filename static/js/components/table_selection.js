/** Which rows of a live table are chosen, and the bar of what can be done to all of them. */

import { html, render } from "../../vendor/lit-html/lit-html.js";
import { icon, setShown } from "../dom.js";
import { t, tn } from "../words.js";
import { isAllowed } from "./availability.js";

export class TableSelection {
  #context;
  #options;
  #model;
  /** @type {Set<string>} */
  #keys = new Set();
  /** @type {string | null} the row from which Shift chooses on */
  #last = null;

  /**
   * @param {import("../shell/context.js").Context} context
   * @param {import("./table_options.js").TableOptions} options
   * @param {import("./row_model.js").RowModel} model
   */
  constructor(context, options, model) {
    this.#context = context;
    this.#options = options;
    this.#model = model;
  }

  /** The keys of the rows that are chosen. */
  get keys() {
    return [...this.#keys];
  }

  /** @param {string} key */
  has(key) {
    return this.#keys.has(key);
  }

  /**
   * Choose a row, or give it up.
   *
   * @param {string} key
   * @param {boolean} range also all between it and the one before
   */
  choose(key, range = false) {
    const on = !this.#keys.has(key);
    const from = range ? this.#model.indexOf(this.#last) : -1;
    const to = this.#model.indexOf(key);
    const between = this.#model.shown.slice(Math.min(from, to), Math.max(from, to) + 1).map((row) => row.key);
    for (const each of from < 0 ? [key] : between) {
      if (on) {
        this.#keys.add(each);
      } else {
        this.#keys.delete(each);
      }
    }
    this.#last = key;
  }

  /** Choose all rows that are shown. */
  all() {
    this.#keys = new Set(this.#model.shown.filter((row) => !row.gone).map((row) => row.key));
  }

  /** Choose none. */
  none() {
    this.#keys.clear();
  }

  /**
   * Write the bar, without rows that ended meanwhile.
   *
   * @param {HTMLElement} bar
   * @param {HTMLInputElement | null} all the box that chooses all
   * @param {() => void} onNone
   */
  show(bar, all, onNone) {
    for (const key of this.#keys) {
      const row = this.#model.get(key);
      if (!row || row.gone) {
        this.#keys.delete(key);
      }
    }
    const count = this.#keys.size;
    if (all) {
      all.checked = count > 0 && count >= this.#model.shown.length;
      all.indeterminate = count > 0 && !all.checked;
    }
    setShown(bar, count > 0);
    if (count > 0) {
      const specs = (this.#options.bulk ?? []).filter((spec) => isAllowed(spec, this.#context));
      render(
        html`<span class="table-chosen" role="status">${tn("%(count)s chosen", "%(count)s chosen", count)}</span>
          ${specs.map((spec) => this.#button(spec))}
          <button class="btn btn-sm btn-ghost" type="button" @click=${onNone}>${icon("x")}${t("Choose none")}</button>`,
        bar,
      );
    }
  }

  /** @param {import("./action_spec.js").ActionSpec} spec */
  #button(spec) {
    const run = () => {
      const { target = (/** @type {any} */ value) => value } = this.#options;
      this.#context.runBulk(spec, this.keys.map((key) => target(this.#model.get(key)?.value)));
    };
    return html`<button class="btn btn-sm ${spec.tone === "danger" ? "btn-danger-quiet" : ""}" type="button" data-action=${spec.id}
      @click=${run}>${icon(spec.icon)}${spec.label()}</button>`;
  }
}
