/** Addresses of the console: `/console/queues/support?…`; each view has one, and Back leads to the one before. */

/**
 * @typedef {object} Place what an address names
 * @property {string | null} tab null for the console's root
 * @property {string[]} path what the tab shows, such as `["support"]`
 * @property {URLSearchParams} query without `pbx`
 */

/** @typedef {string | Record<string, string | null | undefined>} Part of a path, or last what the query says */

/**
 * Read an address of the console.
 *
 * @param {URL | Location} address
 * @param {string} root such as `/console/`
 * @returns {Place | null} null for what is not of the console
 */
export function readAddress(address, root) {
  if (!`${address.pathname}/`.startsWith(root)) {
    return null;
  }
  const [tab = null, ...path] = address.pathname.slice(root.length).split("/").filter(Boolean).map(decode);
  const query = new URLSearchParams(address.search);
  query.delete("pbx");
  return { tab, path, query };
}

/**
 * Write an address of the console.
 *
 * @param {string} root
 * @param {string | null} pbx as the address of the page names it
 * @param {string} tab
 * @param {Part[]} parts the path's, and last what the query says
 * @returns {string}
 */
export function writeAddress(root, pbx, tab, parts) {
  const path = [tab, ...parts.filter((part) => typeof part === "string")];
  const query = new URLSearchParams(pbx === null ? {} : { pbx });
  for (const [name, value] of parts.filter((part) => typeof part === "object").flatMap(Object.entries)) {
    if (value !== null && value !== undefined && value !== "") {
      query.set(name, value);
    }
  }
  const words = query.toString();
  return root + path.map(encodeURIComponent).join("/") + (words && `?${words}`);
}

export class Router {
  #root;
  #window;
  /** @type {((place: Place) => void)[]} */
  #listeners = [];
  #search = "";
  /** @type {string | null} */
  #pbx = null;

  /**
   * @param {string} root
   * @param {Window} page
   */
  constructor(root, page = window) {
    this.#root = root;
    this.#window = page;
    page.addEventListener("popstate", () => this.#tell());
    page.document.addEventListener("click", (event) => this.#clicked(event));
  }

  /**
   * Where the page is now.
   *
   * @returns {Place}
   */
  get place() {
    return readAddress(this.#window.location, this.#root) ?? { tab: null, path: [], query: new URLSearchParams() };
  }

  /**
   * Call a listener with each new place, be it by a link, by `go` or by the browser's Back.
   *
   * @param {(place: Place) => void} listener
   */
  listen(listener) {
    this.#listeners.push(listener);
  }

  /**
   * The address of a view; `?pbx=` stays as it is.
   *
   * @param {string} tab
   * @param {...Part} parts such as `"support"`, and last what the query says
   */
  href(tab, ...parts) {
    const { search } = this.#window.location;
    if (search !== this.#search) {
      this.#search = search; // rows ask for thousands of addresses a second, and this changes seldom
      this.#pbx = new URLSearchParams(search).get("pbx");
    }
    return writeAddress(this.#root, this.#pbx, tab, parts);
  }

  /**
   * Go to an address that `href` gave.
   *
   * @param {string} address
   * @param {{replace?: boolean}} options `replace` leaves the present address out of what Back leads to
   */
  go(address, { replace = false } = {}) {
    const { history, location } = this.#window;
    if (new URL(address, location.href).href === location.href) {
      return;
    }
    history[replace ? "replaceState" : "pushState"](null, "", address);
    this.#tell();
  }

  /**
   * Write something into the address that changes nothing but itself; listeners are not told.
   *
   * @param {string} name of the query
   * @param {string} value nothing takes it away
   */
  note(name, value) {
    const { history, location } = this.#window;
    const address = new URL(location.href);
    if (value) {
      address.searchParams.set(name, value);
    } else {
      address.searchParams.delete(name);
    }
    history.replaceState(null, "", address);
  }

  #tell() {
    const { place } = this;
    for (const listener of this.#listeners) {
      listener(place);
    }
  }

  /**
   * Follow links inside of the console without loading the page anew.
   *
   * @param {MouseEvent} event
   */
  #clicked(event) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link?.href && isPlain(event) && !link.target && !link.download && this.#leadsInside(new URL(link.href))) {
      event.preventDefault();
      this.go(link.href);
    }
  }

  /** @param {URL} address */
  #leadsInside(address) {
    const { location } = this.#window;
    const samePbx = address.searchParams.get("pbx") === new URLSearchParams(location.search).get("pbx");
    return address.origin === location.origin && samePbx && !address.hash && readAddress(address, this.#root) !== null;
  }
}

/**
 * Whether a click asks for what a link leads to, here and not in another window.
 *
 * @param {MouseEvent} event
 */
function isPlain(event) {
  const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  return event.button === 0 && !modified && !event.defaultPrevented;
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // not written by us; the tab will not find it
  }
}
