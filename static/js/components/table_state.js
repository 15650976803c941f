/** What a table says of all its rows, and in place of them: that it waits, that there are none, or why they cannot be shown. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { icon, setShown, setText } from "../dom.js";
import { unknownTopic } from "../live/link.js";
import { t } from "../words.js";

/**
 * @typedef {{icon: string | null, title: string, text: string, keep?: boolean}} TableState `keep`: the heads stay
 */

/**
 * Tell what stands there. Pure.
 *
 * @param {{known: boolean, error: {detail: string} | null, total: number, shown: number, empty: {icon: string, title: string, text: string}}} facts
 * @returns {TableState | null} null where there are rows
 */
export function stateOf({ known, error, total, shown, empty }) {
  if (error) {
    return { icon: "alert-circle", title: t("This cannot be shown"), text: error.detail };
  }
  if (!known) {
    return { icon: null, title: t("Waiting for the first picture of the PBX"), text: "" };
  }
  if (total === 0) {
    return empty;
  }
  return shown === 0 ? { icon: "search", title: t("Nothing matches the filter"), text: "", keep: true } : null;
}

/**
 * Write it.
 *
 * @param {HTMLElement} element
 * @param {TableState | null} state
 */
export function showState(element, state) {
  setShown(element, state !== null);
  if (state) {
    const sign = state.icon ? icon(state.icon) : html`<span class="spinner-border" aria-hidden="true"></span>`;
    render(
      html`<div class="empty-icon">${sign}</div>
        <p class="empty-title">${state.title}</p>
        ${state.text ? html`<p class="empty-subtitle text-secondary">${state.text}</p>` : nothing}`,
      element,
    );
  }
}

/** How often the rows are counted anew while there are as many as before. */
const COUNTED_MS = 1_000;

/** The line above a live table, and what stands in place of its rows. */
export class TableSummary {
  #context;
  #options;
  #model;
  #words = "";
  #countedAt = -Infinity;
  #counts = "";

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

  /**
   * Write both.
   *
   * @param {Record<string, HTMLElement>} parts of the table
   * @param {readonly import("./row_model.js").Row[]} rows those that filters show
   */
  show(parts, rows) {
    const { topic, name, empty } = this.#options;
    const error = topic.error ?? unknownTopic(this.#context.link.items.get(this.#context.pbx), name);
    const { known } = topic;
    const { total } = this.#model;
    setText(parts.summary, known && !error ? this.#count(rows, total) : "");
    const state = stateOf({ known, error, total, shown: rows.length, empty });
    showState(parts.state, state);
    setShown(parts.scroll, state === null || state.keep === true);
  }

  /**
   * @param {readonly import("./row_model.js").Row[]} rows
   * @param {number} total
   */
  #count(rows, total) {
    const now = performance.now();
    const counts = `${rows.length}/${total}`;
    if (counts !== this.#counts || now - this.#countedAt > COUNTED_MS) {
      this.#counts = counts;
      this.#countedAt = now;
      this.#words =
        total === rows.length
          ? (this.#options.summary?.(rows.map((row) => row.value)) ?? "")
          : t("%(shown)s of %(total)s shown", { shown: rows.length, total });
    }
    return this.#words;
  }
}
