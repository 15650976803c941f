/** The heads of a live table's columns: they sort, and are moved and sized by mouse and by keys. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../dom.js";
import { t } from "../words.js";

/**
 * @typedef {import("./column_layout.js").ColumnLayout} ColumnLayout
 * @typedef {import("./column_layout.js").Column} Column
 * @typedef {{column: string, descending: boolean}} Order
 */

export class TableHead {
  #element;
  #layout;
  #onSort;
  #onChange;
  /** @type {string | null} */
  #dragged = null;

  /**
   * @param {HTMLElement} element the row of heads
   * @param {ColumnLayout} layout
   * @param {{onSort: (key: string) => void, onChange: () => void}} listeners `onChange`: columns were moved or sized
   */
  constructor(element, layout, { onSort, onChange }) {
    this.#element = element;
    this.#layout = layout;
    this.#onSort = onSort;
    this.#onChange = onChange;
  }

  /**
   * Write the heads.
   *
   * @param {Order} order
   * @param {unknown} before what stands before the columns
   * @param {unknown} after and after them
   */
  show(order, before, after) {
    render([before, this.#layout.shown.map((column) => this.#head(column, order)), after], this.#element);
  }

  /**
   * @param {Column} column
   * @param {Order} order
   */
  #head(column, order) {
    const { key, label, sort, end } = column;
    const sorted = order.column === key;
    const direction = order.descending ? "descending" : "ascending";
    return html`
      <div class="head ${end ? "is-end" : ""}" role="columnheader" data-column=${key} aria-sort=${sorted ? direction : nothing}
        draggable="true" @dragstart=${(/** @type {DragEvent} */ event) => this.#drag(event, key)} @dragover=${(/** @type {DragEvent} */ event) => this.#over(event, key)}
        @drop=${(/** @type {DragEvent} */ event) => this.#drop(event, key)} @dragend=${() => this.#dragEnd()}>
        ${
          sort
            ? html`<button class="sort" type="button" title=${t("Sort by %(column)s", { column: label })} @click=${() => this.#onSort(key)}
                @keydown=${(/** @type {KeyboardEvent} */ event) => this.#pressed(event, key)}
              ><span class="cut">${label}</span>${sorted ? icon(order.descending ? "arrow-down" : "arrow-up") : nothing}</button>`
            : html`<span class="cut">${label}</span>`
        }
        <span class="resize" aria-hidden="true" @pointerdown=${(/** @type {PointerEvent} */ event) => this.#size(event, key)}
          @dblclick=${() => this.#giveBack(key)} @click=${stop} @dragstart=${stop}></span>
      </div>`;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {string} key
   */
  #pressed(event, key) {
    const moves = event.shiftKey ? { ArrowLeft: -1, ArrowRight: 1 } : {};
    const by = /** @type {Record<string, number>} */ (moves)[event.key];
    const width = /** @type {Record<string, 1 | -1>} */ ({ "+": 1, "-": -1 })[event.key];
    if (by) {
      this.#layout.move(key, by);
    } else if (width) {
      const { offsetWidth } = /** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest(".head"));
      this.#layout.nudge(key, offsetWidth, width);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.#onChange();
    /** @type {HTMLElement | null} */ (this.#element.querySelector(`[data-column="${CSS.escape(key)}"] .sort`))?.focus();
  }

  /**
   * @param {PointerEvent} event
   * @param {string} key
   */
  #size(event, key) {
    event.preventDefault();
    event.stopPropagation();
    const handle = /** @type {HTMLElement} */ (event.currentTarget);
    const width = /** @type {HTMLElement} */ (handle.closest(".head")).offsetWidth;
    const sign = getComputedStyle(handle).direction === "rtl" ? -1 : 1;
    const from = event.clientX;
    handle.setPointerCapture(event.pointerId);
    const move = (/** @type {PointerEvent} */ { clientX }) => {
      this.#layout.resize(key, width + sign * (clientX - from));
      this.#onChange();
    };
    const end = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("lostpointercapture", end);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", end);
  }

  /** @param {string} key */
  #giveBack(key) {
    this.#layout.resize(key, null);
    this.#onChange();
  }

  /**
   * @param {DragEvent} event
   * @param {string} key
   */
  #drag(event, key) {
    this.#dragged = key;
    if (event.dataTransfer) {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", key);
    }
  }

  /**
   * @param {DragEvent} event
   * @param {string} key
   */
  #over(event, key) {
    if (this.#dragged !== null) {
      event.preventDefault();
      for (const head of this.#element.querySelectorAll(".head")) {
        head.classList.toggle("is-target", /** @type {HTMLElement} */ (head).dataset.column === key && key !== this.#dragged);
      }
    }
  }

  /**
   * @param {DragEvent} event
   * @param {string} key
   */
  #drop(event, key) {
    event.preventDefault();
    if (this.#dragged !== null) {
      this.#layout.put(this.#dragged, key);
      this.#onChange();
    }
  }

  #dragEnd() {
    this.#dragged = null;
    this.#element.querySelector(".is-target")?.classList.remove("is-target");
  }
}

/** @param {Event} event */
function stop(event) {
  event.stopPropagation();
}
