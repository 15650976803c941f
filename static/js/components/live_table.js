/**
 * A table of what lives on the PBX: virtual rows of one height, columns as each person wants them, worked by mouse and
 * by keys. On a phone its rows are cards.
 *
 * A change renders its row alone, at most ten times a second; only rows that can be seen are rendered and ticked.
 */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { coalesce, setAttribute, setShown } from "../dom.js";
import { t } from "../words.js";
import { ColumnLayout } from "./column_layout.js";
import { isMenuOpen } from "./row_menu.js";
import { RowModel } from "./row_model.js";
import { TableActions } from "./table_actions.js";
import { frameTable } from "./table_frame.js";
import { TableHead } from "./table_head.js";
import { handleKey } from "./table_keys.js";
import { TableMenu } from "./table_menu.js";
import { TableRows } from "./table_rows.js";
import { TableSelection } from "./table_selection.js";
import { TableSummary } from "./table_state.js";
import { reveal, windowOf } from "./window.js";

/**
 * @typedef {import("./row_model.js").Row} Row
 * @typedef {import("./table_head.js").Order} Order
 * @typedef {import("./table_options.js").TableOptions} TableOptions
 */

const ROW_HEIGHT = 40;
const HEAD_HEIGHT = 36;
const CARD_PADDING = 20;
const CARD_LINE = 24;
/** How long after the pointer moved over the rows they stay in their places. */
const HELD_MS = 4_000;
const phone = matchMedia("(width < 768px)");

export class LiveTable {
  #context;
  /** @type {TableOptions} */
  #options;
  #topic;
  #model;
  #layout;
  #head;
  #menu;
  #actions;
  #selection;
  #summary;
  #rows;
  #parts;
  /** @type {Order} */
  #order;
  /** @type {Set<string>} */
  #changed = new Set();
  /** @type {string | null} */
  #active = null;
  #visible = false;
  #height = 0;
  #top = 0;
  #heldUntil = 0;

  /**
   * @param {HTMLElement} host an empty element that it fills
   * @param {import("../shell/context.js").Context} context
   * @param {TableOptions} options
   */
  constructor(host, context, options) {
    this.#context = context;
    this.#options = options;
    this.#topic = options.topic;
    const kept = context.preferences.get(`table.${options.name}`, /** @type {any} */ ({}));
    this.#layout = new ColumnLayout(options.columns, kept);
    const sortable = this.#layout.all.some(({ key, sort }) => sort && key === kept.sort?.column);
    this.#order = sortable ? kept.sort : options.order;
    const textOf = (/** @type {any} */ value) => options.columns.map((column) => column.text?.(value) ?? "").join("\n");
    this.#model = new RowModel({ sortOf: this.#sortOf, textOf, accepts: options.accepts });
    this.#model.sortBy(this.#sortOf, this.#order.descending);
    this.#actions = new TableActions(context, options);
    this.#selection = new TableSelection(context, options, this.#model);
    this.#summary = new TableSummary(context, options, this.#model);
    this.#menu = new TableMenu(this.#layout, { onSort: (order) => this.#sort(order), onChange: () => this.#columnsChanged() });
    this.#parts = frameTable(host, options, this.#menu.template());
    this.#head = new TableHead(this.#parts.head, this.#layout, { onSort: (key) => this.#headClicked(key), onChange: () => this.#columnsChanged() });
    this.#rows = new TableRows(this.#parts.body, (row) => this.#rowTemplate(row));
    this.#listen();
    this.#changed = new Set(this.#topic.items.keys());
    this.#columnsChanged(false);
  }

  /** Bring the rows up to date and keep them so. */
  show() {
    this.#visible = true;
    this.#flush();
    this.#render(null);
  }

  /** Stop touching the page. */
  hide() {
    this.#visible = false;
    this.#release();
  }

  /** Move the clocks on; called once a second. */
  tick() {
    if (this.#visible) {
      if (performance.now() > this.#heldUntil && !isMenuOpen()) {
        this.#release();
      }
      if (this.#options.timed) {
        this.#flush();
      }
      this.#render(null);
    }
  }

  /**
   * Show only rows in which each of these words stands.
   *
   * @param {string} words
   */
  filter(words) {
    this.#model.filter(words);
    this.#render(new Set());
  }

  /** Ask `accepts` anew, since what it says has changed. */
  refresh() {
    this.#model.refresh();
    this.#render(new Set());
  }

  #listen() {
    const { body, grid, scroll } = this.#parts;
    const flush = coalesce(() => this.#flush());
    this.#topic.listen((changed) => {
      changed.forEach((key) => this.#changed.add(key));
      flush();
    });
    this.#context.link.listen(flush);
    scroll.addEventListener("scroll", coalesce(() => this.#scrolled(), 0), { passive: true });
    new ResizeObserver(([{ contentRect }]) => this.#resized(contentRect.height)).observe(scroll);
    phone.addEventListener("change", () => this.#columnsChanged(false));
    grid.addEventListener("keydown", (event) => handleKey(event, this.#hands));
    grid.addEventListener("focus", () => this.#activate(this.#active ?? this.#model.shown[0]?.key ?? null, false));
    body.addEventListener("click", (event) => this.#clicked(event));
    body.addEventListener("contextmenu", (event) => this.#askedForMenu(event));
    body.addEventListener("pointermove", () => this.#hold(), { passive: true });
    body.addEventListener("pointerdown", () => this.#hold(), { passive: true });
    body.addEventListener("pointerleave", () => {
      this.#heldUntil = 0;
    }, { passive: true });
  }

  /** What keys do. */
  #hands = {
    step: (/** @type {number} */ by) => this.#step(by),
    page: () => Math.max(1, Math.floor((this.#height - HEAD_HEIGHT) / this.#rowHeight) - 1),
    open: () => this.#open(this.#active),
    menu: () => this.#openMenu(this.#active),
    choose: () => this.#toggleActive(),
    chooseAll: () => this.#chooseAll(),
    unchoose: () => this.#unchoose(),
    copy: () => this.#copy(),
    act: (/** @type {string} */ letter) => this.#actions.act(this.#activeRow, letter, this.#parts.grid),
  };

  get #rowHeight() {
    return phone.matches ? CARD_PADDING + CARD_LINE * this.#cardLines : ROW_HEIGHT;
  }

  get #cardLines() {
    return Math.ceil(this.#cardColumns.length / 2);
  }

  get #cardColumns() {
    const keys = this.#options.card ?? this.#layout.shown.slice(0, 4).map(({ key }) => key);
    return keys.map((key) => this.#layout.all.find((column) => column.key === key)).filter((column) => column !== undefined);
  }

  #sortOf = (/** @type {any} */ value) => this.#layout.all.find(({ key }) => key === this.#order.column)?.sort?.(value);

  #flush() {
    if (!this.#visible) {
      return;
    }
    let changed = this.#changed;
    this.#changed = new Set();
    if (this.#options.rows) {
      changed = this.#model.replace(this.#options.rows(this.#topic.items));
    } else {
      this.#model.update(changed, this.#topic.items);
    }
    this.#render(changed);
  }

  /** @param {Set<string> | null} changed null for all rows */
  #render(changed) {
    if (!this.#visible) {
      return;
    }
    const rows = this.#model.shown;
    const rowHeight = this.#rowHeight;
    const { body, grid } = this.#parts;
    body.style.height = `${rows.length * rowHeight}px`;
    setAttribute(grid, "aria-rowcount", String(rows.length + 1));
    const part = windowOf({ top: this.#top, height: this.#height, rowHeight, count: rows.length });
    this.#rows.show(rows, part, { changed, rowHeight, mark: this.#mark });
    const active = this.#rows.element(this.#active);
    setAttribute(grid, "aria-activedescendant", active ? active.id : null);
    this.#summarize(rows);
  }

  #mark = (/** @type {HTMLElement} */ element, /** @type {Row} */ { key, gone }) => {
    element.classList.toggle("is-active", key === this.#active);
    element.classList.toggle("is-gone", gone);
    element.classList.toggle("is-current", this.#options.current?.() === key);
    setAttribute(element, "aria-selected", this.#options.select ? String(this.#selection.has(key)) : null);
  };

  /** @param {Row} row */
  #rowTemplate(row) {
    const { key, value, gone } = row;
    const cards = phone.matches;
    const columns = cards ? this.#cardColumns : this.#layout.shown;
    const href = gone ? null : (this.#options.open?.(key, value) ?? null);
    return html`${
      this.#options.select
        ? html`<div class="cell cell-select" role="gridcell"><input class="form-check-input" type="checkbox" tabindex="-1"
            aria-label=${t("Choose this row")} .checked=${live(this.#selection.has(key))}></div>`
        : nothing
    }${columns.map((column, index) => {
      const inner = column.cell(value, this.#context);
      return html`<div class="cell ${column.end ? "is-end" : ""}" role="gridcell" data-column=${column.key}>${
        index === 0 && href ? html`<a class="row-link" href=${href} tabindex="-1">${inner}</a>` : inner
      }</div>`;
    })}<div class="cell cell-actions" role="gridcell">${this.#actions.buttons(row, cards)}</div>`;
  }

  /** @param {readonly Row[]} rows */
  #summarize(rows) {
    this.#summary.show(this.#parts, rows);
    const all = /** @type {HTMLInputElement | null} */ (this.#parts.head.querySelector("[data-select-all]"));
    this.#selection.show(this.#parts.bulk, all, () => this.#unchoose());
    setShown(this.#parts.summary, this.#parts.bulk.hidden);
  }

  /** @param {boolean} keep whether a person changed them, so that they are kept */
  #columnsChanged(keep = true) {
    const { host } = this.#parts;
    const before = this.#options.select ? ["2.5rem"] : [];
    const after = [this.#actions.track];
    host.style.setProperty("--tracks", this.#layout.tracks(before, after));
    host.style.setProperty("--least-width", this.#layout.leastWidth([...before, ...after]));
    host.style.setProperty("--row-height", `${this.#rowHeight}px`);
    host.style.setProperty("--card-lines", String(this.#cardLines));
    host.toggleAttribute("data-cards", phone.matches);
    host.toggleAttribute("data-select", Boolean(this.#options.select));
    if (keep) {
      this.#keep();
    }
    this.#showHead();
    this.#rows.replace();
    this.#render(null);
  }

  #showHead() {
    const all = html`<div class="head head-select" role="columnheader"><input class="form-check-input" type="checkbox" data-select-all aria-label=${t("Choose all rows")} @change=${(/** @type {any} */ event) => (event.target.checked ? this.#chooseAll() : this.#unchoose())}></div>`;
    const actions = html`<div class="head" role="columnheader"><span class="visually-hidden">${t("Actions")}</span></div>`;
    this.#head.show(this.#order, this.#options.select ? all : nothing, actions);
    this.#menu.sorted(this.#order);
  }

  #keep() {
    this.#context.preferences.set(`table.${this.#options.name}`, { ...this.#layout.chosen, sort: this.#order });
  }

  /** @param {string} key */
  #headClicked(key) {
    this.#sort({ column: key, descending: this.#order.column === key && !this.#order.descending });
  }

  /** @param {Order} order */
  #sort(order) {
    this.#order = order;
    this.#release();
    this.#model.sortBy(this.#sortOf, order.descending);
    this.#keep();
    this.#showHead();
    this.#render(new Set());
  }

  #scrolled() {
    this.#top = this.#parts.scroll.scrollTop;
    this.#render(new Set());
  }

  /** @param {number} height */
  #resized(height) {
    this.#height = height;
    this.#render(new Set());
  }

  #hold() {
    this.#heldUntil = performance.now() + HELD_MS;
    this.#model.hold();
  }

  #release() {
    if (this.#model.release()) {
      this.#render(new Set());
    }
  }

  /** @param {number} by */
  #step(by) {
    const rows = this.#model.shown;
    const from = this.#model.indexOf(this.#active);
    const to = Math.min(Math.max(0, (from < 0 ? (by > 0 ? -1 : rows.length) : from) + by), rows.length - 1);
    this.#activate(rows[to]?.key ?? null);
  }

  /**
   * @param {string | null} key
   * @param {boolean} scroll whether it must be seen
   */
  #activate(key, scroll = true) {
    this.#active = key;
    const index = this.#model.indexOf(key);
    if (scroll && index >= 0) {
      const view = { top: this.#top, height: this.#height - (phone.matches ? 0 : HEAD_HEIGHT), rowHeight: this.#rowHeight };
      const top = reveal(view, index);
      if (top !== this.#top) {
        this.#parts.scroll.scrollTop = top;
        this.#top = top;
      }
    }
    this.#render(new Set());
  }

  /** @param {string | null} key */
  #open(key) {
    const row = key === null ? undefined : this.#model.get(key);
    const href = row && !row.gone ? this.#options.open?.(row.key, row.value) : null;
    if (href) {
      this.#context.go(href);
    }
  }

  /**
   * @param {string | null} key
   * @param {{x: number, y: number}} [at]
   * @param {HTMLElement} [button]
   */
  #openMenu(key, at, button) {
    const row = key === null ? undefined : this.#model.get(key);
    if (!row || row.gone || !this.#options.actions) {
      return;
    }
    this.#hold();
    const edges = this.#rows.element(row.key)?.getBoundingClientRect();
    const below = edges && { x: edges.left + 48, y: edges.bottom - 4 };
    this.#actions.openMenu(row, button ?? this.#parts.grid, button ? undefined : (at ?? below));
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const at = /** @type {Element} */ (event.target);
    const key = keyOf(at);
    if (key === null) {
      return;
    }
    this.#activate(key, false);
    const button = /** @type {HTMLElement | null} */ (at.closest("[data-menu-button]"));
    if (button) {
      this.#openMenu(key, undefined, button);
    } else if (at.closest(".cell-select")) {
      this.#choose(key, event.shiftKey);
    } else if (!at.closest("a, button, input, label") && !getSelection()?.toString()) {
      this.#open(key);
    }
  }

  /** @param {MouseEvent} event */
  #askedForMenu(event) {
    const key = keyOf(/** @type {Element} */ (event.target));
    if (key !== null && this.#options.actions && !event.shiftKey) {
      event.preventDefault();
      this.#activate(key, false);
      this.#openMenu(key, event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : undefined);
    }
  }

  /**
   * @param {string} key
   * @param {boolean} range
   */
  #choose(key, range = false) {
    this.#selection.choose(key, range);
    this.#render(null);
  }

  #toggleActive() {
    if (this.#options.select && this.#activeRow) {
      this.#choose(this.#activeRow.key);
    }
  }

  #chooseAll() {
    if (this.#options.select) {
      this.#selection.all();
      this.#render(null);
    }
  }

  #unchoose() {
    const any = this.#selection.keys.length > 0;
    this.#selection.none();
    this.#render(null);
    return any;
  }

  get #activeRow() {
    return this.#active === null ? undefined : this.#model.get(this.#active);
  }

  #copy() {
    const row = this.#activeRow;
    if (row && !getSelection()?.toString()) {
      const words = this.#layout.shown.map((column) => column.text?.(row.value) ?? "").join("\t");
      navigator.clipboard?.writeText(words).catch(() => {});
    }
  }

}

/** @param {Element} element */
function keyOf(element) {
  return /** @type {HTMLElement | null} */ (element.closest("[data-key]"))?.dataset.key ?? null;
}
