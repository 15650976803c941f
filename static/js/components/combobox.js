/**
 * A text field that offers what could stand there: an editable combobox with a listbox, by the ARIA Authoring
 * Practices. It takes what is typed, whether offered or not.
 */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { t, tn } from "../words.js";
import { putBeside } from "./placement.js";

const ASK_AFTER_MS = 120;
const MOST = 50;

/** @typedef {import("./action_spec.js").Choice} Choice */

/**
 * Make a text field offer choices from now on.
 */
export class Combobox {
  #input;
  #list;
  #suggest;
  #chosen;
  /** @type {readonly Choice[]} */
  #choices = [];
  #active = -1;
  #asked = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #said = "";

  /**
   * @param {HTMLInputElement} input
   * @param {(text: string, signal: AbortSignal) => Promise<readonly Choice[]>} suggest
   * @param {(choice: Choice) => void} chosen called after a choice was put into the field
   */
  constructor(input, suggest, chosen = () => {}) {
    this.#input = input;
    this.#suggest = suggest;
    this.#chosen = chosen;
    this.#list = document.createElement("div");
    this.#list.className = "suggestions";
    this.#list.popover = "manual";
    input.after(this.#list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${input.id}-choices`,
      autocomplete: "off", autocapitalize: "none", spellcheck: "false",
    })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.#askLater(ASK_AFTER_MS));
    input.addEventListener("click", () => this.#askLater(0));
    input.addEventListener("keydown", (event) => this.#pressed(event));
    input.addEventListener("blur", () => this.close());
    this.#render();
  }

  /** Put the offers away. */
  close() {
    clearTimeout(this.#timer);
    this.#asked.abort();
    this.#active = -1;
    if (this.#open) {
      this.#list.hidePopover();
    }
    this.#mark();
  }

  get #open() {
    return this.#list.matches(":popover-open");
  }

  /** @param {number} delay */
  #askLater(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), delay);
  }

  async #ask(first = -1) {
    this.#asked.abort();
    const asked = new AbortController();
    this.#asked = asked;
    let choices;
    try {
      choices = await this.#suggest(this.#input.value.trim(), asked.signal);
    } catch {
      choices = []; // an offer that does not come is no error: what is typed counts
    }
    if (asked.signal.aborted || document.activeElement !== this.#input) {
      return;
    }
    this.#choices = choices.slice(0, MOST);
    this.#active = first < 0 ? -1 : Math.min(first, this.#choices.length - 1);
    this.#said = tn("%(count)s suggestion", "%(count)s suggestions", this.#choices.length);
    this.#render();
    if (!this.#choices.length) {
      this.close();
      return;
    }
    if (!this.#open) {
      this.#list.showPopover();
    }
    putBeside(this.#list, this.#input.getBoundingClientRect());
    this.#mark();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.isComposing) {
      return;
    }
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      event.preventDefault();
      this.#move(moves[/** @type {"ArrowDown" | "ArrowUp"} */ (event.key)], event.altKey);
    } else if (event.key === "Enter" && this.#open && this.#active >= 0) {
      event.preventDefault();
      this.#take(this.#choices[this.#active]);
    } else if (event.key === "Tab" && this.#open && this.#active >= 0) {
      this.#take(this.#choices[this.#active]);
    } else if (event.key === "Escape" && this.#open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  /**
   * @param {number} step
   * @param {boolean} onlyOpen Alt with an arrow opens or closes the list and marks nothing
   */
  #move(step, onlyOpen) {
    if (!this.#open) {
      this.#ask(onlyOpen ? -1 : 0);
      return;
    }
    if (onlyOpen) {
      this.close();
      return;
    }
    const count = this.#choices.length;
    this.#active = this.#active < 0 && step < 0 ? count - 1 : (this.#active + step + count) % count;
    this.#mark();
  }

  /** @param {Choice} choice */
  #take(choice) {
    this.#input.value = choice.value;
    this.close();
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(this.#timer); // what was taken needs no more offers
    this.#chosen(choice);
  }

  #mark() {
    const id = `${this.#input.id}-choices`;
    this.#input.setAttribute("aria-expanded", String(this.#open));
    this.#list.querySelector('[aria-selected="true"]')?.setAttribute("aria-selected", "false");
    const active = this.#active < 0 ? null : document.getElementById(`${id}-${this.#active}`);
    if (active && this.#open) {
      active.setAttribute("aria-selected", "true");
      active.scrollIntoView({ block: "nearest" });
      this.#input.setAttribute("aria-activedescendant", active.id);
    } else {
      this.#input.removeAttribute("aria-activedescendant");
    }
  }

  #render() {
    const id = `${this.#input.id}-choices`;
    const option = (/** @type {Choice} */ choice, /** @type {number} */ index) => html`
      <div class="suggestion" role="option" id="${id}-${index}" aria-selected="false"
        @pointerdown=${(/** @type {Event} */ event) => event.preventDefault()} @click=${() => this.#take(choice)}>
        <span class="suggestion-label">${choice.label}</span>
        ${choice.hint ? html`<span class="suggestion-hint">${choice.hint}</span>` : nothing}
      </div>`;
    render(
      html`<div role="listbox" id=${id} aria-label=${t("Suggestions")}>${this.#choices.map(option)}</div>
        <span class="visually-hidden" role="status">${this.#said}</span>`,
      this.#list,
    );
  }
}
