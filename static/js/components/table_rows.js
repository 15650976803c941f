/** The rendered rows of a live table: only those that can be seen, each at its place, in their order. */

import { render } from "../../vendor/lit-html/lit-html.js";

/**
 * @typedef {import("./row_model.js").Row} Row
 * @typedef {{element: HTMLElement, row: Row, index: number}} View
 */

let ids = 0;

export class TableRows {
  #body;
  #template;
  /** @type {Map<string, View>} */
  #views = new Map();
  /** @type {HTMLElement[]} elements of rows that left, for those that come */
  #spare = [];
  #flash = false;

  /**
   * @param {HTMLElement} body
   * @param {(row: Row) => unknown} template the row's cells
   */
  constructor(body, template) {
    this.#body = body;
    this.#template = template;
  }

  /**
   * The element of a row, where it is rendered.
   *
   * @param {string | null} key
   */
  element(key) {
    return key === null ? undefined : this.#views.get(key)?.element;
  }

  /**
   * Render a part of the rows.
   *
   * @param {readonly Row[]} rows all of them
   * @param {{start: number, end: number}} part
   * @param {{changed: Set<string> | null, rowHeight: number, mark: (element: HTMLElement, row: Row) => void}} how
   *   `changed` has the keys of what is to be rendered anew, null for all; `mark` sets what a row is beside its cells
   */
  show(rows, { start, end }, { changed, rowHeight, mark }) {
    const wanted = new Set();
    for (let index = start; index < end; index += 1) {
      wanted.add(rows[index].key);
    }
    for (const [key, view] of this.#views) {
      if (!wanted.has(key)) {
        this.#drop(key, view);
      }
    }
    const focused = document.activeElement;
    let next = this.#body.firstElementChild;
    for (let index = start; index < end; index += 1) {
      const row = rows[index];
      const view = this.#viewOf(row);
      const fresh = view.index < 0;
      const stale = fresh || changed === null || changed.has(row.key);
      this.#place(view, index, rowHeight);
      if (stale) {
        render(this.#template(row), view.element);
      }
      mark(view.element, row);
      if (stale && !fresh && changed) {
        this.#flashRow(view.element);
      }
      if (view.element === next) {
        next = next.nextElementSibling;
      } else {
        this.#body.insertBefore(view.element, next);
      }
    }
    keepFocus(this.#body, focused);
  }

  /**
   * @param {View} view
   * @param {number} index
   * @param {number} rowHeight
   */
  #place(view, index, rowHeight) {
    if (view.index !== index) {
      view.index = index;
      view.element.style.transform = `translateY(${index * rowHeight}px)`;
      view.element.setAttribute("aria-rowindex", String(index + 2));
    }
  }

  /** Forget where rows are, since they have another height. */
  replace() {
    for (const view of this.#views.values()) {
      view.index = -1;
    }
  }

  /**
   * Let a row glow once; by two animations in turn, since one that goes on would not begin anew.
   *
   * @param {HTMLElement} element
   */
  #flashRow(element) {
    this.#flash = !this.#flash;
    element.dataset.flash = this.#flash ? "a" : "b";
  }

  /**
   * @param {Row} row
   * @returns {View}
   */
  #viewOf(row) {
    let view = this.#views.get(row.key);
    if (!view) {
      view = { element: this.#spare.pop() ?? makeElement(), row, index: -1 };
      view.element.dataset.key = row.key;
      delete view.element.dataset.flash;
      this.#views.set(row.key, view);
    }
    view.row = row;
    return view;
  }

  /**
   * @param {string} key
   * @param {View} view
   */
  #drop(key, view) {
    this.#views.delete(key);
    view.element.remove();
    this.#spare.push(view.element);
  }
}

function makeElement() {
  const element = document.createElement("div");
  element.className = "table-row";
  element.id = `row-${++ids}`;
  element.setAttribute("role", "row");
  return element;
}

/**
 * @param {HTMLElement} body
 * @param {Element | null} focused
 */
function keepFocus(body, focused) {
  if (focused instanceof HTMLElement && focused !== document.activeElement && body.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}
