/** The rows of a live table: which there are, which the filter shows, and in which order. Pure: no page. */

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * @typedef {string | number | null | undefined} SortValue nothing comes last, whichever way
 *
 * @typedef {object} Row
 * @property {string} key
 * @property {any} value
 * @property {SortValue} sort
 * @property {string | null} text what a filter looks in, once one asked
 * @property {boolean} shown whether filters let it through
 * @property {boolean} gone whether it ended while the order was held
 */

export class RowModel {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {Row[]} */
  #order = [];
  #sortOf;
  #textOf;
  #accepts;
  /** @type {string[]} */
  #words = [];
  #descending = false;
  #held = false;
  #arranged = true;

  /**
   * @param {object} options
   * @param {(value: any) => SortValue} options.sortOf
   * @param {(value: any) => string} options.textOf what a filter looks in
   * @param {(value: any) => boolean} [options.accepts] a filter of the tab's own
   */
  constructor({ sortOf, textOf, accepts = () => true }) {
    this.#sortOf = sortOf;
    this.#textOf = textOf;
    this.#accepts = accepts;
  }

  /** How many rows there are, those that the filter hides included. */
  get total() {
    return this.#rows.size;
  }

  /** The rows to show, in their order. */
  get shown() {
    if (!this.#arranged) {
      this.#arrange();
    }
    return this.#order;
  }

  /**
   * The row of a key.
   *
   * @param {string} key
   */
  get(key) {
    return this.#rows.get(key);
  }

  /**
   * Where a row stands among those shown; -1 where it does not.
   *
   * @param {string | null} key
   */
  indexOf(key) {
    const row = key === null ? undefined : this.#rows.get(key);
    return row ? this.shown.indexOf(row) : -1;
  }

  /**
   * Take over what these keys are now.
   *
   * @param {Iterable<string>} keys
   * @param {Map<string, any>} items
   */
  update(keys, items) {
    for (const key of keys) {
      const value = items.get(key);
      if (value === undefined) {
        this.#remove(key);
      } else {
        this.#put(key, value);
      }
    }
  }

  /**
   * Take over all rows.
   *
   * @param {Iterable<[string, any]>} pairs
   * @returns {Set<string>} the keys whose value is another one, came or went
   */
  replace(pairs) {
    const changed = new Set();
    const present = new Set();
    for (const [key, value] of pairs) {
      present.add(key);
      const row = this.#rows.get(key);
      if (!row || row.gone || row.value !== value) {
        this.#put(key, value);
        changed.add(key);
      }
    }
    for (const [key, row] of this.#rows) {
      if (!present.has(key) && !row.gone) {
        this.#remove(key);
        changed.add(key);
      }
    }
    return changed;
  }

  /**
   * Order by something else.
   *
   * @param {(value: any) => SortValue} sortOf
   * @param {boolean} descending
   */
  sortBy(sortOf, descending) {
    this.#sortOf = sortOf;
    this.#descending = descending;
    for (const row of this.#rows.values()) {
      row.sort = sortOf(row.value);
    }
    this.#arrange(true);
  }

  /**
   * Show only rows in which each of these words stands.
   *
   * @param {string} text
   */
  filter(text) {
    this.#words = text.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
    this.refresh();
  }

  /** Whether words filter now. */
  get filtered() {
    return this.#words.length > 0;
  }

  /** Ask the filters anew. */
  refresh() {
    for (const row of this.#rows.values()) {
      row.shown = this.#shows(row);
    }
    this.#arrange(true);
  }

  /** Leave all rows in their places from now on: ended ones stay, as gone, and new ones come last. */
  hold() {
    if (!this.#arranged && !this.#held) {
      this.#arrange();
    }
    this.#held = true;
  }

  /** Order again, and drop the rows that ended meanwhile. Returns whether rows were held. */
  release() {
    if (!this.#held) {
      return false;
    }
    this.#held = false;
    for (const [key, row] of this.#rows) {
      if (row.gone) {
        this.#rows.delete(key);
      }
    }
    this.#arranged = false;
    return true;
  }

  /**
   * @param {string} key
   * @param {any} value
   */
  #put(key, value) {
    const known = this.#rows.get(key);
    const row = known ?? { key, value, sort: null, text: null, shown: true, gone: false };
    const sort = this.#sortOf(value);
    const shown = row.shown;
    row.value = value;
    row.text = null;
    row.gone = false;
    row.shown = this.#shows(row);
    if (!known || sort !== row.sort || shown !== row.shown) {
      row.sort = sort;
      this.#arranged = false;
    }
    this.#rows.set(key, row);
  }

  /** @param {string} key */
  #remove(key) {
    const row = this.#rows.get(key);
    if (!row) {
      return;
    }
    if (this.#held && row.shown) {
      row.gone = true;
      return;
    }
    this.#rows.delete(key);
    this.#arranged = false;
  }

  /** @param {Row} row */
  #shows(row) {
    if (!this.#accepts(row.value)) {
      return false;
    }
    if (!this.#words.length) {
      return true;
    }
    row.text ??= this.#textOf(row.value).toLocaleLowerCase();
    const { text } = row;
    return this.#words.every((word) => text.includes(word));
  }

  /** @param {boolean} anew whether also rows that are held find their places */
  #arrange(anew = false) {
    const before = new Set(this.#order);
    const held = this.#held && !anew;
    const kept = this.#order.filter((row) => this.#rows.get(row.key) === row && (held || row.shown));
    const fresh = [...this.#rows.values()].filter((row) => row.shown && !before.has(row));
    this.#order = kept.concat(held ? fresh.sort((a, b) => this.#compare(a, b)) : fresh);
    if (!held) {
      this.#order.sort((a, b) => this.#compare(a, b)); // nearly sorted already, which Array.sort makes use of
    }
    this.#arranged = true;
  }

  /**
   * @param {Row} a
   * @param {Row} b
   */
  #compare(a, b) {
    const without = Number(isNothing(a.sort)) - Number(isNothing(b.sort));
    if (without || isNothing(a.sort)) {
      return without || (a.key < b.key ? -1 : 1);
    }
    const order = compareValues(a.sort, /** @type {string | number} */ (b.sort));
    return (this.#descending ? -order : order) || (a.key < b.key ? -1 : Number(a.key > b.key));
  }
}

/**
 * @param {SortValue} value
 * @returns {value is null | undefined | ""}
 */
function isNothing(value) {
  return value === null || value === undefined || value === "";
}

/**
 * @param {string | number} a
 * @param {string | number} b
 */
function compareValues(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}
