/** What a live table shows, and by what it is sorted: a panel that works where there are no heads, and by keys. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { icon } from "../dom.js";
import { t } from "../words.js";
import { putBeside } from "./placement.js";

let ids = 0;

export class TableMenu {
  #panel = document.createElement("div");
  #layout;
  #listeners;
  /** @type {import("./table_head.js").Order} */
  #order = { column: "", descending: false };

  /**
   * @param {import("./column_layout.js").ColumnLayout} layout
   * @param {{onSort: (order: import("./table_head.js").Order) => void, onChange: () => void}} listeners
   */
  constructor(layout, listeners) {
    this.#layout = layout;
    this.#listeners = listeners;
    this.#panel.id = `table-menu-${++ids}`;
    this.#panel.className = "table-menu";
    this.#panel.popover = "auto";
    this.#panel.setAttribute("role", "group");
    this.#panel.setAttribute("aria-label", t("Columns and order"));
    this.#panel.addEventListener("beforetoggle", (event) => {
      if (event.newState === "open") {
        this.#draw();
      }
    });
  }

  /** The button that opens it, and the panel. */
  template() {
    return html`
      <button class="btn btn-icon btn-ghost" type="button" title=${t("Columns and order")} aria-label=${t("Columns and order")}
        data-testid="columns" @click=${(/** @type {MouseEvent} */ event) => this.#toggle(/** @type {HTMLElement} */ (event.currentTarget))}
        >${icon("adjustments-horizontal")}</button>${this.#panel}`;
  }

  /** @param {import("./table_head.js").Order} order */
  sorted(order) {
    this.#order = order;
    if (this.#panel.matches(":popover-open")) {
      this.#draw();
    }
  }

  /** @param {HTMLElement} button */
  #toggle(button) {
    if (this.#panel.togglePopover()) {
      putBeside(this.#panel, button.getBoundingClientRect(), "end");
      /** @type {HTMLElement | null} */ (this.#panel.querySelector("select, input"))?.focus();
    }
  }

  #draw() {
    const sortable = this.#layout.all.filter((column) => column.sort);
    const { column: sorted, descending } = this.#order;
    render(
      html`
        <div class="table-menu-sort">
          <label class="form-label" for="${this.#panel.id}-sort">${t("Sort by")}</label>
          <select class="form-select" id="${this.#panel.id}-sort" @change=${(/** @type {any} */ event) => this.#sort({ column: event.target.value, descending })}>
            ${sortable.map(({ key, label }) => html`<option value=${key} ?selected=${key === sorted}>${label}</option>`)}
          </select>
          <button class="btn btn-icon" type="button" aria-pressed=${String(descending)} title=${t("Largest first")} aria-label=${t("Largest first")}
            @click=${() => this.#sort({ column: sorted, descending: !descending })}>${icon(descending ? "arrow-down" : "arrow-up")}</button>
        </div>
        <fieldset class="table-menu-columns">
          <legend class="form-label">${t("Columns")}</legend>
          ${this.#layout.all.map((column, index, all) => this.#line(column, index, all.length))}
        </fieldset>
        <button class="btn btn-sm" type="button" @click=${() => this.#reset()}>${t("As they were at first")}</button>`,
      this.#panel,
    );
  }

  /**
   * @param {import("./column_layout.js").Column} column
   * @param {number} index
   * @param {number} count
   */
  #line({ key, label }, index, count) {
    const shown = this.#layout.isShown(key);
    return html`
      <div class="table-menu-line">
        <label class="form-check">
          <input class="form-check-input" type="checkbox" .checked=${live(shown)} @change=${() => this.#change(() => this.#layout.toggle(key))}>
          <span class="form-check-label">${label}</span>
        </label>
        ${index > 0 ? this.#mover(key, "chevron-up", t("Move %(column)s up", { column: label }), this.#layout.all[index - 1].key) : nothing}
        ${index < count - 1 ? this.#mover(key, "chevron-down", t("Move %(column)s down", { column: label }), this.#layout.all[index + 1].key) : nothing}
      </div>`;
  }

  /**
   * @param {string} key
   * @param {string} iconName
   * @param {string} label
   * @param {string} target
   */
  #mover(key, iconName, label, target) {
    return html`<button class="btn btn-icon btn-ghost btn-sm" type="button" aria-label=${label} title=${label}
      @click=${() => this.#change(() => this.#layout.put(key, target))}>${icon(iconName)}</button>`;
  }

  /** @param {import("./table_head.js").Order} order */
  #sort(order) {
    this.#listeners.onSort(order);
  }

  #reset() {
    this.#change(() => this.#layout.reset());
  }

  /** @param {() => void} change */
  #change(change) {
    change();
    this.#listeners.onChange();
    this.#draw();
  }
}
