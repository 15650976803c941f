/** Which columns of a table are shown, in which order and how wide; what a person chose over what the tab offers. Pure. */

/**
 * @typedef {object} Column
 * @property {string} key
 * @property {string} label
 * @property {(value: any, context: import("../shell/context.js").Context) => unknown} cell renders it, by lit-html
 * @property {(value: any) => import("./row_model.js").SortValue} [sort] by what it is sorted; not at all without
 * @property {(value: any) => string | null | undefined} [text] what a filter looks in and what is copied
 * @property {string} [width] `"6rem"` or `"minmax(8rem, 2fr)"`
 * @property {boolean} [hidden] not shown until somebody chooses it
 * @property {boolean} [end] aligned at the end, as numbers are
 *
 * @typedef {object} Chosen what is kept
 * @property {string[]} [order]
 * @property {Record<string, boolean>} [shown] where it differs from what the tab offers
 * @property {Record<string, number>} [widths] in pixels
 */

const DEFAULT_WIDTH = "minmax(6rem, 1fr)";
const NARROWEST = 48;
const WIDEST = 800;
const STEP = 16;

export class ColumnLayout {
  #columns;
  /** @type {Required<Chosen>} */
  #chosen;

  /**
   * @param {readonly Column[]} columns as the tab offers them
   * @param {Chosen} chosen what was kept; names of columns that are no more are forgotten
   */
  constructor(columns, chosen = {}) {
    this.#columns = new Map(columns.map((column) => [column.key, column]));
    const known = (/** @type {string} */ key) => this.#columns.has(key);
    const order = (chosen.order ?? []).filter(known);
    this.#chosen = {
      order: withAll(order, [...this.#columns.keys()]),
      shown: pick(chosen.shown, known),
      widths: pick(chosen.widths, known),
    };
  }

  /** All columns in their order. */
  get all() {
    return this.#chosen.order.map((key) => /** @type {Column} */ (this.#columns.get(key)));
  }

  /** Those that are shown. */
  get shown() {
    return this.all.filter((column) => this.isShown(column.key));
  }

  /** What is to be kept. */
  get chosen() {
    return this.#chosen;
  }

  /** @param {string} key */
  isShown(key) {
    return this.#chosen.shown[key] ?? !this.#columns.get(key)?.hidden;
  }

  /**
   * Show or hide a column; the last one stays.
   *
   * @param {string} key
   */
  toggle(key) {
    const shown = !this.isShown(key);
    if (shown || this.shown.length > 1) {
      this.#chosen.shown[key] = shown;
    }
  }

  /**
   * Move a column by places among those shown.
   *
   * @param {string} key
   * @param {number} by negative for towards the start
   */
  move(key, by) {
    const shown = this.shown.map((column) => column.key);
    const target = shown[shown.indexOf(key) + by];
    if (target !== undefined) {
      this.put(key, target);
    }
  }

  /**
   * Put a column where another one is; that one moves aside.
   *
   * @param {string} key
   * @param {string} target
   */
  put(key, target) {
    const order = this.#chosen.order;
    const to = order.indexOf(target);
    if (key !== target && to >= 0 && this.#columns.has(key)) {
      order.splice(order.indexOf(key), 1);
      order.splice(to, 0, key);
    }
  }

  /**
   * Give a column a width in pixels; null gives back its own.
   *
   * @param {string} key
   * @param {number | null} width
   */
  resize(key, width) {
    if (width === null) {
      delete this.#chosen.widths[key];
    } else {
      this.#chosen.widths[key] = Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
    }
  }

  /**
   * Make a column wider or narrower by a step.
   *
   * @param {string} key
   * @param {number} present its width now, in pixels
   * @param {1 | -1} direction
   */
  nudge(key, present, direction) {
    this.resize(key, present + direction * STEP);
  }

  /** Forget all that was chosen. */
  reset() {
    this.#chosen = { order: [...this.#columns.keys()], shown: {}, widths: {} };
  }

  /**
   * The tracks of a CSS grid.
   *
   * @param {string[]} before tracks of what stands before the columns
   * @param {string[]} after and after them
   */
  tracks(before = [], after = []) {
    return [...before, ...this.shown.map((column) => this.#track(column)), ...after].join(" ");
  }

  /**
   * The least width of all tracks together, for CSS.
   *
   * @param {string[]} others tracks of what stands beside the columns
   */
  leastWidth(others = []) {
    const widths = [...others, ...this.shown.map((column) => this.#track(column))];
    return `calc(${widths.map(leastOf).join(" + ") || "0px"})`;
  }

  /** @param {Column} column */
  #track({ key, width = DEFAULT_WIDTH }) {
    const chosen = this.#chosen.widths[key];
    return chosen === undefined ? width : `${chosen}px`;
  }
}

/**
 * All keys: the chosen ones in their order, each of the others after the one that it stands after by default.
 *
 * @param {string[]} chosen
 * @param {string[]} all
 */
function withAll(chosen, all) {
  const order = [...chosen];
  all.forEach((key, index) => {
    if (!order.includes(key)) {
      order.splice(order.indexOf(all[index - 1]) + 1, 0, key);
    }
  });
  return order;
}

/**
 * @template T
 * @param {Record<string, T> | undefined} kept
 * @param {(key: string) => boolean} known
 * @returns {Record<string, T>}
 */
function pick(kept, known) {
  return Object.fromEntries(Object.entries(kept ?? {}).filter(([key]) => known(key)));
}

/** @param {string} track */
function leastOf(track) {
  return /^minmax\(\s*([^,]+),/.exec(track)?.[1] ?? track;
}
