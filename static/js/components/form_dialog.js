/** A dialog with a question or a form; it stays, with all that was typed, until what it asks for was done or given up. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../dom.js";
import { t } from "../words.js";
import { Fields } from "./fields.js";

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} [subject] whom it is about
 * @property {string} [text] what will happen
 * @property {string} button what its button says
 * @property {string} [icon]
 * @property {"danger"} [tone]
 * @property {readonly import("./action_spec.js").FieldSpec[]} [fields]
 * @property {(values: import("./action_spec.js").Values) => Record<string, string>} [check]
 *
 * @typedef {import("../api.js").Problem} Problem
 */

let dialogs = 0;

export class FormDialog {
  #question;
  #submit;
  #dialog = document.createElement("dialog");
  /** @type {Fields | null} */
  #fields = null;
  #pending = false;
  #alert = "";
  #touched = false;
  #id = `dialog-${++dialogs}`;

  /**
   * @param {Question} question
   * @param {(values: import("./action_spec.js").Values) => Promise<Problem | null>} submit does it; returns what must be
   *   mended in the form, or null when the dialog has done its work
   */
  constructor(question, submit) {
    this.#question = question;
    this.#submit = submit;
    this.#dialog.className = "dialog";
    this.#dialog.setAttribute("aria-labelledby", `${this.#id}-title`);
    if (question.text) {
      this.#dialog.setAttribute("aria-describedby", `${this.#id}-text`);
    }
  }

  /**
   * Show it.
   *
   * @returns {Promise<void>} done when it is closed; the focus is back where it was
   */
  open() {
    const before = document.activeElement;
    document.body.append(this.#dialog);
    this.#render();
    const { fields } = this.#question;
    if (fields?.length) {
      const host = /** @type {HTMLElement} */ (this.#dialog.querySelector("[data-fields]"));
      this.#fields = new Fields(host, fields, () => (this.#touched = true));
    }
    const closed = new Promise((/** @type {(nothing: void) => void} */ resolve) => {
      this.#dialog.addEventListener("close", () => {
        this.#dialog.remove();
        if (before instanceof HTMLElement && before.isConnected && document.activeElement === document.body) {
          before.focus({ preventScroll: true });
        }
        resolve();
      });
    });
    this.#dialog.addEventListener("pointerdown", (event) => event.target === this.#dialog && !this.#touched && this.close());
    this.#dialog.showModal();
    if (this.#fields) {
      this.#fields.focus();
    } else {
      /** @type {HTMLElement | null} */ (this.#dialog.querySelector("[type=submit]"))?.focus();
    }
    return closed;
  }

  /** Take it away. */
  close() {
    this.#dialog.close();
  }

  /** Whether it is shown. */
  get isOpen() {
    return this.#dialog.open;
  }

  /** @param {SubmitEvent} event */
  async #submitted(event) {
    event.preventDefault();
    if (this.#pending || (this.#fields && !this.#fields.check(this.#question.check))) {
      return;
    }
    this.#alert = "";
    this.#setPending(true);
    const problem = await this.#submit(this.#fields?.read ?? {}).finally(() => this.#setPending(false));
    if (problem === null) {
      this.close();
    } else {
      this.#refuse(problem);
    }
  }

  /** @param {Problem} problem */
  #refuse(problem) {
    const rest = this.#fields && problem.errors.length ? this.#fields.refuse(problem.errors) : problem.message;
    this.#alert = problem.ami && !rest.includes(problem.ami) && !problem.errors.length
      ? t("%(reason)s The PBX said: %(words)s", { reason: rest, words: problem.ami })
      : rest;
    this.#render();
  }

  /** @param {boolean} pending */
  #setPending(pending) {
    this.#pending = pending;
    this.#render();
  }

  #render() {
    const { title, subject, text, button, tone } = this.#question;
    render(html`
      <form class="dialog-form" novalidate @submit=${(/** @type {SubmitEvent} */ event) => this.#submitted(event)}>
        <div class="dialog-head">
          <h2 class="dialog-title" id="${this.#id}-title">${title}</h2>
          <button class="btn btn-icon btn-ghost" type="button" aria-label=${t("Close")} @click=${() => this.close()}>${icon("x")}</button>
        </div>
        <div class="dialog-body">
          ${subject ? html`<p class="dialog-subject" dir="auto">${subject}</p>` : nothing}
          ${text ? html`<p class="dialog-text" id="${this.#id}-text">${text}</p>` : nothing}
          <div role="alert">${this.#alert ? html`<p class="notice" data-tone="bad">${this.#alert}</p>` : nothing}</div>
          <div class="fields" data-fields></div>
        </div>
        <div class="dialog-actions">
          <button class="btn" type="button" @click=${() => this.close()}>${t("Cancel")}</button>
          <button class="btn ${tone === "danger" ? "btn-danger" : "btn-primary"} ${this.#pending ? "btn-loading" : ""}" type="submit"
            aria-busy=${this.#pending ? "true" : nothing}>
            ${this.#question.icon ? icon(this.#question.icon) : nothing}${button}</button>
        </div>
      </form>`, this.#dialog);
  }
}
