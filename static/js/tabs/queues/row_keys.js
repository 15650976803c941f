/** The keys of a list of rows: one of them is reached by Tab, arrows lead on, letters act. */

/**
 * @typedef {object} RowDeeds what keys and the pointer do, each with a row's key and its element
 * @property {(key: string, row: HTMLElement, at?: {x: number, y: number}) => void} menu
 * @property {(key: string) => void} select
 * @property {(key: string, letter: string, row: HTMLElement) => boolean} act whether the letter means something
 */

const ROW = "[data-row]";
const STEPS = Object.freeze({ ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity });

export class RowKeys {
  #host;
  #deeds;
  /** @type {string | null} */
  #current = null;

  /**
   * @param {HTMLElement} host holds the rows: elements with `data-row`, which names their keys
   * @param {RowDeeds} deeds
   */
  constructor(host, deeds) {
    this.#host = host;
    this.#deeds = deeds;
    host.addEventListener("keydown", (event) => this.#pressed(event));
    host.addEventListener("contextmenu", (event) => this.#menuAsked(event));
    host.addEventListener("focusin", (event) => {
      this.#current = rowOf(event)?.dataset.row ?? this.#current;
      this.settle();
    });
  }

  /**
   * Render the rows so that the focus stays on its row, wherever that moves.
   *
   * @param {() => void} rendering
   */
  around(rendering) {
    const inside = this.#host.contains(document.activeElement);
    rendering();
    this.settle();
    if (inside && !this.#host.contains(document.activeElement)) {
      this.#rows.find((row) => row.tabIndex === 0)?.focus({ preventScroll: true });
    }
  }

  /** Let Tab reach one row: the one that had the focus last. */
  settle() {
    const rows = this.#rows;
    const current = rows.find((row) => row.dataset.row === this.#current) ?? rows[0];
    for (const row of rows) {
      const tabIndex = row === current ? 0 : -1;
      if (row.tabIndex !== tabIndex) {
        row.tabIndex = tabIndex;
      }
    }
  }

  /** @returns {HTMLElement[]} */
  get #rows() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.#host.querySelectorAll(ROW))];
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const row = rowOf(event);
    const typing = /** @type {HTMLElement} */ (event.target).matches("input:not([type=checkbox]), select, textarea");
    if (!row || typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const onRow = event.target === row;
    if (event.key in STEPS) {
      event.preventDefault();
      this.#move(row, STEPS[/** @type {keyof typeof STEPS} */ (event.key)]);
    } else if (isMenuKey(event, onRow)) {
      event.preventDefault();
      this.#deeds.menu(keyOf(row), row);
    } else if (event.key === " " && onRow) {
      event.preventDefault();
      this.#deeds.select(keyOf(row));
    } else if (event.key.length === 1 && this.#deeds.act(keyOf(row), event.key.toLowerCase(), row)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** @param {MouseEvent} event */
  #menuAsked(event) {
    const row = rowOf(event);
    if (row && !(/** @type {HTMLElement} */ (event.target).closest("a, input"))) {
      event.preventDefault();
      this.#deeds.menu(keyOf(row), row, event.clientX ? { x: event.clientX, y: event.clientY } : undefined);
    }
  }

  /**
   * @param {HTMLElement} row
   * @param {number} step
   */
  #move(row, step) {
    const rows = this.#rows;
    const next = rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(row) + step))];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  }
}

/**
 * @param {KeyboardEvent} event
 * @param {boolean} onRow
 */
function isMenuKey(event, onRow) {
  return (event.key === "m" && onRow) || (event.key === "Enter" && onRow) || event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
}

/**
 * @param {Event} event
 * @returns {HTMLElement | null}
 */
function rowOf(event) {
  return /** @type {HTMLElement} */ (event.target).closest(ROW);
}

/** @param {HTMLElement} row */
function keyOf(row) {
  return /** @type {string} */ (row.dataset.row);
}
