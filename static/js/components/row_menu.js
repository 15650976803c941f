/** The menu of what can be done to something: one for the whole page, by the ARIA menu pattern, over everything else. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../dom.js";
import { t } from "../words.js";
import { isAllowed, whyNot } from "./availability.js";
import { putBeside } from "./placement.js";

/**
 * @typedef {import("./action_spec.js").ActionSpec} ActionSpec
 *
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {string} [icon]
 * @property {"danger"} [tone]
 * @property {string} [key] the letter that does the same without the menu
 * @property {string | null} [reason] why it cannot be done now
 * @property {string} [href] a link in place of `run`
 * @property {() => void} [run]
 * @property {boolean} [apart] whether a line stands before it
 */

/** Milliseconds within which letters make one word. */
const TYPING = 700;

/** @type {Menu | null} */
let open = null;

/**
 * The items for the actions that somebody may do to a target.
 *
 * @param {readonly ActionSpec[]} specs
 * @param {object} target
 * @param {import("../shell/context.js").Context} context
 * @param {HTMLElement} [anchor] gets the focus back after the action
 * @returns {MenuItem[]}
 */
export function itemsFor(specs, target, context, anchor) {
  const allowed = specs.filter((spec) => isAllowed(spec, context));
  return allowed.map((spec, index) => ({
    label: spec.label(),
    icon: spec.icon,
    tone: spec.tone,
    key: spec.key,
    reason: whyNot(spec, target, context),
    apart: spec.tone === "danger" && index > 0 && allowed[index - 1].tone !== "danger",
    run: () => context.run(spec, target, { anchor }),
  }));
}

/**
 * Open a menu, or close the one that this anchor has opened.
 *
 * @param {HTMLElement} anchor the button that it belongs to; gets the focus back
 * @param {readonly MenuItem[]} items
 * @param {{label?: string, at?: {x: number, y: number}}} options `at`: where the pointer asked for it
 */
export function openMenu(anchor, items, { label = t("Actions"), at } = {}) {
  const same = open?.anchor === anchor;
  open?.close();
  if (!same && items.length) {
    open = new Menu(anchor, items, label, at);
  }
}

/** Whether a menu is open, so that what lies below it stays in its place. */
export function isMenuOpen() {
  return open !== null;
}

class Menu {
  #element = document.createElement("div");
  #items;
  #typed = "";
  #typedAt = 0;
  #closed = new AbortController();

  /**
   * @param {HTMLElement} anchor
   * @param {readonly MenuItem[]} items
   * @param {string} label
   * @param {{x: number, y: number} | undefined} at
   */
  constructor(anchor, items, label, at) {
    this.anchor = anchor;
    this.#items = items;
    this.#element.className = "row-menu";
    this.#element.popover = "auto";
    this.#element.setAttribute("role", "menu");
    this.#element.setAttribute("aria-label", label);
    render(items.map((item) => this.#item(item)), this.#element);
    (anchor.closest("dialog, main") ?? document.body).append(this.#element);
    const { signal } = this.#closed;
    this.#element.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.#element.addEventListener("toggle", (event) => event.newState === "closed" && this.close(), { signal });
    addEventListener("resize", () => this.close(), { signal });
    addEventListener("scroll", (event) => this.#element.contains(/** @type {Node} */ (event.target)) || this.close(), { signal, capture: true });
    anchor.setAttribute("aria-expanded", "true");
    this.#element.showPopover();
    const edges = at ? { left: at.x, right: at.x, top: at.y, bottom: at.y } : anchor.getBoundingClientRect();
    putBeside(this.#element, edges, at ? "start" : "end");
    const [first] = this.#entries;
    if (first) {
      first.tabIndex = 0; // so that what is scrolled can be reached by keys, whatever reads the page
      first.focus({ preventScroll: true });
    }
  }

  /** Take it away, and give the focus back where it was inside. */
  close() {
    if (open !== this) {
      return;
    }
    open = null;
    const inside = this.#element.contains(document.activeElement) || document.activeElement === document.body;
    this.#closed.abort();
    this.#element.remove();
    this.anchor.setAttribute("aria-expanded", "false");
    if (inside && this.anchor.isConnected) {
      this.anchor.focus({ preventScroll: true });
    }
  }

  /** @returns {HTMLElement[]} */
  get #entries() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.#element.querySelectorAll('[role="menuitem"]'))];
  }

  /** @param {MenuItem} item */
  #item(item) {
    const inner = html`
      ${item.icon ? icon(item.icon) : nothing}
      <span class="row-menu-text">
        <span>${item.label}</span>
        ${item.reason ? html`<span class="row-menu-reason">${item.reason}</span>` : nothing}
      </span>
      ${item.key ? html`<kbd aria-hidden="true">${item.key.toUpperCase()}</kbd>` : nothing}`;
    const line = item.apart ? html`<div class="row-menu-line" role="separator"></div>` : nothing;
    return item.href && !item.reason
      ? html`${line}<a class="row-menu-item" role="menuitem" tabindex="-1" href=${item.href} @click=${() => this.close()}>${inner}</a>`
      : html`${line}<button class="row-menu-item" type="button" role="menuitem" tabindex="-1" data-tone=${item.tone ?? nothing}
          aria-disabled=${item.reason ? "true" : nothing} aria-keyshortcuts=${item.key ?? nothing}
          @click=${() => this.#choose(item)}>${inner}</button>`;
  }

  /** @param {MenuItem} item */
  #choose(item) {
    if (!item.reason) {
      this.close();
      item.run?.();
    }
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const entries = this.#entries;
    const at = entries.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const places = { ArrowDown: (at + 1) % entries.length, ArrowUp: (at - 1 + entries.length) % entries.length, Home: 0, End: entries.length - 1 };
    event.stopPropagation(); // the list below has keys of its own
    if (event.key in places) {
      event.preventDefault();
      entries[places[/** @type {keyof typeof places} */ (event.key)]].focus();
    } else if (event.key === "Tab" || event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.#type(event.key, at);
    }
  }

  /**
   * Go to the next item that begins with what is typed.
   *
   * @param {string} letter
   * @param {number} at
   */
  #type(letter, at) {
    const now = performance.now();
    this.#typed = (now - this.#typedAt < TYPING ? this.#typed : "") + letter.toLowerCase();
    this.#typedAt = now;
    const labels = this.#items.map(({ label }) => label.toLowerCase());
    const first = this.#typed.length > 1 ? at : at + 1;
    const order = labels.map((_, index) => (index + first) % labels.length);
    const found = order.find((index) => labels[index].startsWith(this.#typed));
    if (found !== undefined) {
      this.#entries[found].focus();
    }
  }
}
