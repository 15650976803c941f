/** The keys of the whole console, and the dialog that tells all keys. */

import { html, render } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../dom.js";
import { isMenuOpen } from "../components/row_menu.js";
import { t } from "../words.js";

/** How long after `g` a tab's letter may come. */
const LEADER_MS = 1_500;
/** Where keys write. */
const FIELDS = "input, textarea, select, [contenteditable]";

/**
 * @typedef {{keys: string, label: string}} KeyLine
 */

/**
 * Give each tab a letter of its name that no tab before it has.
 *
 * @param {string[]} names
 * @returns {Map<string, string>} names by letters
 */
export function tabLetters(names) {
  const letters = new Map();
  for (const name of names) {
    const letter = [...name].find((each) => !letters.has(each));
    if (letter) {
      letters.set(letter, name);
    }
  }
  return letters;
}

export class Keys {
  #tabs;
  #search;
  #letters;
  #leaderAt = -Infinity;
  #dialog = document.createElement("dialog");

  /**
   * @param {import("./tabs.js").Tabs} tabs
   * @param {import("./search.js").Search} search
   */
  constructor(tabs, search) {
    this.#tabs = tabs;
    this.#search = search;
    this.#letters = tabLetters(tabs.names);
    this.#dialog.className = "dialog keys-dialog";
    this.#dialog.setAttribute("aria-label", t("Keys"));
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
    document.body.append(this.#dialog);
    addEventListener("keydown", (event) => this.#pressed(event), { capture: true });
  }

  /** Show all keys. */
  show() {
    const { label, keys } = this.#tabs.front;
    render(
      html`
        <div class="dialog-body">
          <h2 class="h3">${t("Keys")}</h2>
          <div class="keys">
            ${this.#group(t("Everywhere"), this.#everywhere)} ${keys.length ? this.#group(label, keys) : ""}
          </div>
        </div>
        <div class="dialog-actions"><button class="btn" type="button" autofocus @click=${() => this.#dialog.close()}>${icon("x")}${t("Close")}</button></div>`,
      this.#dialog,
    );
    this.#dialog.showModal();
  }

  /** @returns {KeyLine[]} */
  get #everywhere() {
    const tabs = [...this.#letters].map(([letter, name], index) => ({
      keys: `G ${letter.toUpperCase()} · Alt ${index + 1}`,
      label: t("Go to %(tab)s", { tab: this.#tabs.label(name) }),
    }));
    return [
      { keys: "/", label: t("Search in the tab in front") },
      ...tabs,
      { keys: "?", label: t("Show all keys") },
      { keys: "Esc", label: t("Close what is open") },
    ];
  }

  /**
   * @param {string} title
   * @param {readonly KeyLine[]} lines
   */
  #group(title, lines) {
    return html`<section>
      <h3 class="h4">${title}</h3>
      <dl>${lines.map(({ keys, label }) => html`<div><dt>${keys.split(" ").map((key) => (key === "·" ? "· " : html`<kbd>${key}</kbd> `))}</dt><dd>${label}</dd></div>`)}</dl>
    </section>`;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { target } = event;
    const writes = target instanceof Element && target.closest(FIELDS) && !target.matches("[type=checkbox], [type=radio]");
    if (event.ctrlKey || event.metaKey || event.isComposing || writes || document.querySelector("dialog[open]") || isMenuOpen()) {
      return;
    }
    if (event.altKey ? this.#pressedWithAlt(event.code) : this.#meant(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** @param {string} code of the key, since Alt makes other signs of digits */
  #pressedWithAlt(code) {
    const digit = /^Digit([1-9])$/.exec(code)?.[1];
    const name = digit && this.#tabs.names[Number(digit) - 1];
    return name ? this.#go(name) : false;
  }

  /**
   * @param {string} key
   * @returns {boolean} whether it means something
   */
  #meant(key) {
    const now = performance.now();
    const name = now - this.#leaderAt < LEADER_MS ? this.#letters.get(key.toLowerCase()) : undefined;
    this.#leaderAt = -Infinity;
    if (name) {
      return this.#go(name);
    }
    if (key === "g") {
      this.#leaderAt = now;
    } else if (key === "/") {
      this.#search.focus();
    } else if (key === "?") {
      this.show();
    } else {
      return false;
    }
    return true;
  }

  /** @param {string} name */
  #go(name) {
    this.#tabs.open(name);
    return true;
  }
}
