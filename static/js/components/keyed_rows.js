/**
 * A list on the page whose rows are kept by key: only rows that changed are touched, and only rows that changed
 * place are moved. A row keeps its focus when it moves.
 */

export class KeyedRows {
  #container;
  #create;
  #compare;
  #accepts;
  #rows = new Map();
  #order = [];

  /**
   * @param {HTMLElement} container holds the rows and nothing else
   * @param {object} options
   * @param {(value: object, key: string) => {element: HTMLElement, update: Function}} options.create makes a row
   * @param {(a: object, b: object) => number} options.compare the order
   * @param {(value: object) => boolean} options.accepts the filter
   */
  constructor(container, { create, compare, accepts = () => true }) {
    this.#container = container;
    this.#create = create;
    this.#compare = compare;
    this.#accepts = accepts;
  }

  /** How many rows there are, hidden ones included. */
  get size() {
    return this.#order.length;
  }

  /** How many rows the filter shows. */
  get shown() {
    return this.#order.reduce((count, key) => count + (this.#rows.get(key).row.element.hidden ? 0 : 1), 0);
  }

  /** The row of a key, or undefined. */
  get(key) {
    return this.#rows.get(key)?.row;
  }

  /** Call something with each row that the filter shows. */
  each(visit) {
    for (const { row, value } of this.#rows.values()) {
      if (!row.element.hidden) {
        visit(row, value);
      }
    }
  }

  /**
   * Take over what these keys are now.
   *
   * @param {Iterable<string>} keys
   * @param {Map<string, object>} items
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

  /** Take over all items, and drop the rows of those that are gone. */
  sync(items) {
    this.update([...this.#order.filter((key) => !items.has(key)), ...items.keys()], items);
  }

  /** Order anew, by another comparison where one is given. */
  sort(compare = this.#compare) {
    this.#compare = compare;
    this.#order.sort((a, b) => this.#inOrder(a, b));
    const focused = document.activeElement;
    this.#container.append(...this.#order.map((key) => this.#rows.get(key).row.element));
    keepFocus(this.#container, focused);
  }

  /** Filter anew, by another test where one is given. */
  filter(accepts = this.#accepts) {
    this.#accepts = accepts;
    for (const { row, value } of this.#rows.values()) {
      row.element.hidden = !accepts(value);
    }
  }

  #inOrder(a, b) {
    return this.#compare(this.#rows.get(a).value, this.#rows.get(b).value) || (a < b ? -1 : Number(a > b));
  }

  #put(key, value) {
    const known = this.#rows.get(key);
    if (known) {
      known.value = value;
      known.row.update(value);
      known.row.element.hidden = !this.#accepts(value);
      this.#place(key);
      return;
    }
    const row = this.#create(value, key);
    row.element.dataset.key = key;
    row.element.hidden = !this.#accepts(value);
    row.update(value);
    this.#rows.set(key, { row, value });
    this.#insert(key);
  }

  #place(key) {
    const index = this.#order.indexOf(key);
    const before = this.#order[index - 1];
    const after = this.#order[index + 1];
    const afterBefore = before === undefined || this.#inOrder(before, key) < 0;
    const beforeAfter = after === undefined || this.#inOrder(key, after) < 0;
    if (!afterBefore || !beforeAfter) {
      this.#order.splice(index, 1);
      this.#insert(key);
    }
  }

  #insert(key) {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#inOrder(this.#order[middle], key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const next = this.#order[low];
    this.#order.splice(low, 0, key);
    const focused = document.activeElement;
    const element = this.#rows.get(key).row.element;
    this.#container.insertBefore(element, next === undefined ? null : this.#rows.get(next).row.element);
    keepFocus(element, focused);
  }

  #remove(key) {
    const known = this.#rows.get(key);
    if (!known) {
      return;
    }
    const { element } = known.row;
    if (element.contains(document.activeElement)) {
      const neighbour = element.nextElementSibling ?? element.previousElementSibling;
      neighbour?.querySelector("button:not([disabled])")?.focus();
    }
    element.remove();
    this.#rows.delete(key);
    this.#order.splice(this.#order.indexOf(key), 1);
  }
}

function keepFocus(element, focused) {
  if (focused !== document.activeElement && element.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}
