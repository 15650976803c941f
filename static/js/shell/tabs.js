/** The console's tabs: loaded when first shown, one in front at a time, each hearing its topics while it is there. */

import { cloneTemplate, setAttribute } from "../dom.js";

/**
 * @typedef {object} Tab what a module of `tabs/` exports, as `QueuesTab` for the tab `queues`
 * @property {(path: string[], query: URLSearchParams) => void} show each navigation into it, and inside of it
 * @property {() => void} hide no work after this
 * @property {() => void} tick once a second while it is shown
 */

/**
 * The modules of the tabs by name.
 *
 * @param {string} name
 */
export async function loadTab(name) {
  const module = await import(`../tabs/${name}.js`);
  return module[`${name[0].toUpperCase()}${name.slice(1)}Tab`];
}

export class Tabs {
  #links;
  #context;
  #leases;
  #load;
  /** @type {Map<string, Promise<Tab>>} */
  #views = new Map();
  /** @type {{name: string, view: Tab | null, leases: import("../live/topics.js").Lease[]} | null} */
  #front = null;
  #title = document.title;

  /**
   * @param {HTMLElement} list the element with role tablist
   * @param {import("./context.js").Context} context what each tab gets
   * @param {import("../live/topics.js").TopicLeases} leases
   * @param {(name: string) => Promise<any>} load gives a tab's class
   */
  constructor(list, context, leases, load = loadTab) {
    this.#links = [...list.querySelectorAll('[role="tab"]')];
    this.#context = context;
    this.#leases = leases;
    this.#load = load;
    list.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** The names of the tabs, in their order. */
  get names() {
    return this.#links.map((link) => link.dataset.tab);
  }

  /**
   * Show what an address names.
   *
   * @param {import("./router.js").Place} place
   */
  async show({ tab, path, query }) {
    const name = this.names.includes(tab) ? tab : this.names[0];
    if (this.#front?.name !== name) {
      this.#leave();
      this.#select(name);
      this.#front = { name, view: null, leases: [] };
    }
    const front = this.#front;
    front.wanted = { path, query };
    try {
      const view = await this.#open(name, front);
      if (this.#front === front && front.wanted.path === path) {
        front.view = view;
        view.show(path, query);
      }
    } catch (error) {
      this.#views.delete(name);
      this.#fail(name);
      throw error;
    }
  }

  /** Move the clocks of the tab in front on. */
  tick() {
    this.#front?.view?.tick();
  }

  /**
   * Write a tab's count; null hides it.
   *
   * @param {string} name
   * @param {number | null} number
   */
  count(name, number) {
    const badge = this.#link(name)?.querySelector("[data-count]");
    if (badge) {
      badge.hidden = number === null;
      badge.textContent = number === null ? "" : String(number);
    }
  }

  async #open(name, front) {
    const Tab = await this.#load(name);
    if (this.#front === front && !front.leases.length) {
      front.leases = (Tab.topics ?? []).map((topic) => this.#leases.lease(topic));
    }
    if (!this.#views.has(name)) {
      const topics = Object.fromEntries((Tab.topics ?? []).map((topic) => [topic, this.#leases.topic(topic)]));
      this.#views.set(name, new Tab(panelOf(this.#link(name)), this.#context, Object.freeze(topics)));
    }
    return this.#views.get(name);
  }

  #leave() {
    if (this.#front) {
      this.#front.view?.hide();
      this.#front.leases.forEach((lease) => lease.release());
      this.count(this.#front.name, null);
    }
  }

  #select(name) {
    for (const link of this.#links) {
      const selected = link.dataset.tab === name;
      setAttribute(link, "aria-selected", String(selected));
      link.tabIndex = selected ? 0 : -1;
      panelOf(link).hidden = !selected;
    }
    const label = this.#link(name).querySelector("[data-label]").textContent;
    document.title = `${label} · ${this.#title}`;
  }

  #fail(name) {
    const panel = panelOf(this.#link(name));
    if (!panel.querySelector("[data-tab-failed]")) {
      panel.append(cloneTemplate("tab-failed").element);
    }
  }

  #link(name) {
    return this.#links.find((link) => link.dataset.tab === name);
  }

  #pressed(event) {
    const index = this.#links.indexOf(document.activeElement);
    const last = this.#links.length - 1;
    const target = {
      ArrowRight: index === last ? 0 : index + 1,
      ArrowLeft: index === 0 ? last : index - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (index >= 0 && target !== undefined) {
      event.preventDefault();
      this.#links[target].focus();
      this.#links[target].click();
    }
  }
}

function panelOf(link) {
  return document.getElementById(link.getAttribute("aria-controls"));
}
