/** The console's tabs: loaded when first shown, one in front at a time, each hearing its topics while it is there. */

import { cloneTemplate, setAttribute } from "../dom.js";

/**
 * @typedef {object} Tab what a module of `tabs/` exports, as `QueuesTab` for the tab `queues`
 * @property {(path: string[], query: URLSearchParams) => void} show each navigation into it, and inside of it
 * @property {() => void} hide no work after this
 * @property {() => void} tick once a second while it is shown
 * @property {(words: string) => void} [filter] show only what has all these words; called after each `show`, too
 * @property {readonly import("./keys.js").KeyLine[]} [keys] its own keys, for the dialog that tells all
 *
 * @typedef {{topics?: string[], new (panel: HTMLElement, context: import("./context.js").Context, topics: any): Tab}} TabClass
 *
 * @typedef {object} Front the tab in front
 * @property {string} name
 * @property {Tab | null} view null until its module is there
 * @property {import("../live/topics.js").Lease[]} leases
 * @property {string[]} path the last one asked for
 */

/**
 * The class of a tab, by its name.
 *
 * @param {string} name
 * @returns {Promise<TabClass>}
 */
export async function loadTab(name) {
  const module = await import(`../tabs/${name}.js`);
  return module[`${name[0].toUpperCase()}${name.slice(1)}Tab`];
}

export class Tabs {
  /** @type {HTMLAnchorElement[]} */
  #links;
  #context;
  #leases;
  #load;
  /** @type {Map<string, Tab>} */
  #views = new Map();
  /** @type {Front | null} */
  #front = null;
  #title;

  /**
   * @param {HTMLElement} list the element with role tablist
   * @param {import("./context.js").Context} context what each tab gets
   * @param {import("../live/topics.js").TopicLeases} leases
   * @param {(name: string) => Promise<TabClass>} load
   */
  constructor(list, context, leases, load = loadTab) {
    this.#links = [.../** @type {NodeListOf<HTMLAnchorElement>} */ (list.querySelectorAll('[role="tab"]'))];
    this.#context = context;
    this.#leases = leases;
    this.#load = load;
    this.#title = list.dataset.title ?? "amictl";
    list.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** The names of the tabs, in their order. */
  get names() {
    return this.#links.map((link) => /** @type {string} */ (link.dataset.tab));
  }

  /** What the tab in front is called, and its keys. */
  get front() {
    const name = this.#front?.name ?? this.names[0];
    return { name, label: this.label(name), keys: this.#front?.view?.keys ?? [] };
  }

  /**
   * What a tab is called.
   *
   * @param {string} name
   */
  label(name) {
    return this.#link(name).querySelector("[data-label]")?.textContent ?? name;
  }

  /**
   * Go to a tab.
   *
   * @param {string} name
   */
  open(name) {
    const link = this.#link(name);
    link.click();
    link.focus();
  }

  /**
   * Show what an address names.
   *
   * @param {import("./router.js").Place} place
   */
  async show({ tab, path, query }) {
    const name = tab !== null && this.names.includes(tab) ? tab : this.names[0];
    if (this.#front?.name !== name) {
      this.#leave();
      this.#select(name);
      this.#front = { name, view: null, leases: [], path };
    }
    const front = /** @type {Front} */ (this.#front);
    front.path = path;
    try {
      const [Class] = await Promise.all([this.#load(name), loadStyle(panelOf(this.#link(name)))]);
      if (this.#front === front && front.path === path) {
        front.view = this.#open(Class, front);
        front.view.show(path, query);
        front.view.filter?.(query.get("q") ?? "");
        this.#reveal(panelOf(this.#link(name)));
      }
    } catch (error) {
      this.#fail(name);
      throw error;
    }
  }

  /** Move the clocks of the tab in front on. */
  tick() {
    this.#front?.view?.tick();
  }

  /**
   * Let the tab in front show only what has all these words.
   *
   * @param {string} words
   */
  filter(words) {
    this.#front?.view?.filter?.(words);
  }

  /**
   * Write a tab's count; null hides it.
   *
   * @param {string} name
   * @param {number | null} number
   */
  count(name, number) {
    const badge = /** @type {HTMLElement | null | undefined} */ (this.#link(name)?.querySelector("[data-count]"));
    if (badge) {
      badge.hidden = number === null;
      badge.textContent = number === null ? "" : String(number);
    }
  }

  /**
   * @param {TabClass} Class
   * @param {Front} front
   */
  #open(Class, front) {
    const topics = Class.topics ?? [];
    if (!front.leases.length) {
      front.leases = topics.map((topic) => this.#leases.lease(topic));
    }
    let view = this.#views.get(front.name);
    if (!view) {
      const given = Object.fromEntries(topics.map((topic) => [topic, this.#leases.topic(topic)]));
      view = new Class(panelOf(this.#link(front.name)), this.#context, Object.freeze(given));
      this.#views.set(front.name, view);
    }
    return view;
  }

  #leave() {
    if (this.#front) {
      this.#front.view?.hide();
      this.#front.leases.forEach((lease) => lease.release());
      this.count(this.#front.name, null);
    }
  }

  /** @param {string} name */
  #select(name) {
    for (const link of this.#links) {
      const selected = link.dataset.tab === name;
      setAttribute(link, "aria-selected", String(selected));
      link.tabIndex = selected ? 0 : -1;
      panelOf(link).hidden = !selected;
    }
    this.#link(name).scrollIntoView({ block: "nearest", inline: "nearest" });
    document.title = `${this.label(name)} · ${this.#title}`;
  }

  /**
   * Let a panel be used. What fills the screen says so by a class, and not by `:has()` in CSS, which would style
   * the whole page anew with each change below.
   *
   * @param {HTMLElement} panel
   */
  #reveal(panel) {
    panel.classList.toggle("fills-screen", panel.querySelector(":scope > .live-table, :scope > .fills") !== null);
    panel.inert = false;
  }

  /** @param {string} name */
  #fail(name) {
    const panel = panelOf(this.#link(name));
    if (!panel.querySelector("[data-tab-failed]")) {
      panel.append(cloneTemplate("tab-failed").element);
    }
  }

  /** @param {string} name */
  #link(name) {
    return /** @type {HTMLAnchorElement} */ (this.#links.find((link) => link.dataset.tab === name));
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const index = this.#links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
    const last = this.#links.length - 1;
    const places = /** @type {Record<string, number>} */ ({
      ArrowRight: index === last ? 0 : index + 1,
      ArrowLeft: index === 0 ? last : index - 1,
      Home: 0,
      End: last,
    });
    const target = places[event.key];
    if (index >= 0 && target !== undefined) {
      event.preventDefault();
      this.#links[target].focus();
      this.#links[target].click();
    }
  }
}

/**
 * Load the style sheet of a tab, once.
 *
 * @param {HTMLElement} panel
 */
async function loadStyle({ dataset: { style } }) {
  if (!style || document.querySelector(`link[href="${CSS.escape(style)}"]`)) {
    return;
  }
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = style;
  const settled = new Promise((resolve) => {
    link.onload = resolve;
    link.onerror = resolve; // better without its style than not at all
  });
  document.head.append(link);
  await settled;
}

/** @param {HTMLElement} link */
function panelOf(link) {
  return /** @type {HTMLElement} */ (document.getElementById(link.getAttribute("aria-controls") ?? ""));
}
