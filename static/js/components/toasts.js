/** Short messages about what really happened; the live region that holds them speaks them. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { icon } from "../dom.js";
import { t } from "../words.js";
import { failureWords, lifetimeOf } from "./message_words.js";

const ICONS = Object.freeze({ good: "circle-check", info: "info-circle", bad: "alert-circle", warn: "help-circle" });
const MOST = 5;

/**
 * @typedef {object} ToastLink something that can be done about it
 * @property {string} label
 * @property {string} [href] where it leads
 * @property {() => void} [run] what it does instead
 *
 * @typedef {object} Toast
 * @property {import("./message_words.js").Tone} tone
 * @property {string} title
 * @property {string} detail
 * @property {ToastLink[]} links
 */

/** @typedef {{id: number, toast: Toast, timer: ReturnType<typeof setTimeout> | null}} Entry */

export class Toasts {
  #host;
  /** @type {Entry[]} */
  #shown = [];
  #last = 0;

  /** @param {HTMLElement} host the live region */
  constructor(host) {
    this.#host = host;
    this.#host.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /**
   * Show a message.
   *
   * @param {Toast["tone"]} tone a warning stays until it is closed
   * @param {string} title
   * @param {string} detail
   * @param {ToastLink[]} links
   * @returns {() => void} takes it away
   */
  show(tone, title, detail = "", links = []) {
    const toast = { tone, title, detail, links };
    /** @type {Entry} */
    const entry = { id: ++this.#last, toast, timer: null };
    this.#shown = [...this.#shown, entry];
    this.#makeRoom();
    this.#expireLater(entry);
    this.#render();
    return () => this.#close(entry);
  }

  /**
   * Tell why something was not done, or that nobody knows whether it was.
   *
   * @param {string} what the attempt: "Hang up PJSIP/100-00000001"
   * @param {import("../api.js").Problem} problem
   */
  problem(what, problem) {
    const { tone, title, detail } = failureWords(what, "", problem);
    this.show(tone, title, detail);
  }

  /** The oldest that would go by itself makes room; what must be closed by hand goes last. */
  #makeRoom() {
    while (this.#shown.length > MOST) {
      const oldest = this.#shown.find(({ toast }) => lifetimeOf(toast) !== null) ?? this.#shown[0];
      this.#forget(oldest);
    }
  }

  /** @param {Entry} entry */
  #expireLater(entry) {
    this.#hold(entry);
    const lifetime = lifetimeOf(entry.toast);
    if (lifetime !== null) {
      entry.timer = setTimeout(() => this.#close(entry), lifetime);
    }
  }

  /** @param {Entry} entry */
  #hold(entry) {
    clearTimeout(entry.timer ?? undefined);
    entry.timer = null;
  }

  /** @param {Entry} entry */
  #forget(entry) {
    this.#hold(entry);
    this.#shown = this.#shown.filter((other) => other !== entry);
  }

  /** @param {Entry} entry */
  #close(entry) {
    this.#forget(entry);
    this.#render();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const message = /** @type {HTMLElement} */ (event.target).closest(".message");
    const id = Number(/** @type {HTMLElement | null} */ (message)?.dataset.id);
    const entry = this.#shown.find((one) => one.id === id);
    if (event.key === "Escape" && entry) {
      event.stopPropagation();
      this.#close(entry);
    }
  }

  #render() {
    render(repeat(this.#shown, ({ id }) => id, (/** @type {Entry} */ entry) => this.#message(entry)), this.#host);
  }

  /** @param {Entry} entry */
  #message(entry) {
    const { tone, title, detail, links } = entry.toast;
    return html`
      <div class="message" data-id=${entry.id} data-tone=${tone}
        @pointerenter=${() => this.#hold(entry)} @pointerleave=${() => this.#expireLater(entry)}
        @focusin=${() => this.#hold(entry)} @focusout=${() => this.#expireLater(entry)}>
        <span class="message-icon">${icon(ICONS[tone])}</span>
        <div class="message-text">
          <strong>${title}</strong>
          ${detail ? html`<p class="mb-0" dir="auto">${detail}</p>` : nothing}
          ${links.length ? html`<p class="message-links">${links.map((link) => this.#link(entry, link))}</p>` : nothing}
        </div>
        <button class="btn btn-icon btn-ghost btn-sm" type="button" aria-label=${t("Close this message")}
          @click=${() => this.#close(entry)}>${icon("x")}</button>
      </div>`;
  }

  /**
   * @param {Entry} entry
   * @param {ToastLink} link
   */
  #link(entry, { label, href, run }) {
    const act = () => {
      this.#close(entry);
      run?.();
    };
    return href
      ? html`<a href=${href} @click=${() => this.#close(entry)}>${label}</a>`
      : html`<button class="btn btn-sm" type="button" @click=${act}>${label}</button>`;
  }
}
