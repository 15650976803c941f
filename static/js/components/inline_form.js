/** A form that stays on the page: its fields, its buttons, what was refused, and why it cannot be sent now. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { Problem } from "../api.js";
import { icon } from "../dom.js";
import { t } from "../words.js";
import { Fields } from "./fields.js";
import { failureWords, reasonOf } from "./message_words.js";

/**
 * @typedef {import("./action_spec.js").Values} Values
 *
 * @typedef {object} FormButton
 * @property {string} name
 * @property {string} label
 * @property {string} icon
 * @property {boolean} [primary] the one that Enter presses
 * @property {readonly string[]} [needs] AMI actions
 * @property {(values: Values) => Promise<unknown>} press does it; a Problem that it throws is shown in the form
 * @property {(values: Values) => Record<string, string>} [check] what is wrong, by field, before it is pressed
 */

export class InlineForm {
  #host;
  #context;
  #buttons;
  #look;
  #pending = "";
  /** @type {Problem | null} */
  #problem = null;
  #alert = "";
  /** @type {HTMLElement} */
  #fieldsHost = document.createElement("div");

  /**
   * @param {HTMLElement} host holds the form and nothing else
   * @param {import("../shell/context.js").Context} context
   * @param {object} parts
   * @param {readonly import("./action_spec.js").FieldSpec[]} parts.fields
   * @param {readonly FormButton[]} parts.buttons
   * @param {string} parts.label names the form
   * @param {(values: Values) => void} [parts.changed] called after somebody changed something
   * @param {() => string} [parts.look] where to look when nobody knows whether it was done
   */
  constructor(host, context, { fields, buttons, label, changed = () => {}, look }) {
    this.#host = host;
    this.#context = context;
    this.#buttons = buttons;
    this.#look = look;
    this.label = label;
    this.#fieldsHost.className = "fields";
    this.fields = new Fields(this.#fieldsHost, fields, changed);
    context.onLive(() => this.#host.isConnected && this.#render());
    context.capabilities.listen(() => this.#host.isConnected && this.#render());
    this.#render();
  }

  /**
   * Press a button, as a click on it does.
   *
   * @param {FormButton} button
   */
  async press(button) {
    if (this.#pending || this.#whyNot(button)) {
      return;
    }
    this.#refuse(null);
    if (!this.fields.check(button.check)) {
      return;
    }
    this.#pending = button.name;
    this.#render();
    try {
      await button.press(this.fields.read);
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      this.#refuse(problem);
    } finally {
      this.#pending = "";
      this.#render();
    }
  }

  /** @param {Problem | null} problem */
  #refuse(problem) {
    this.#problem = problem;
    if (problem === null) {
      this.#alert = "";
    } else if (problem.errors.length) {
      this.#alert = this.fields.refuse(problem.errors);
    } else {
      this.#alert = problem.unknown ? failureWords("", "", problem).detail : reasonOf(problem);
    }
    this.#render();
  }

  /** @param {FormButton} button */
  #whyNot({ needs }) {
    return this.#context.notLive() ?? this.#context.capabilities.missing(needs);
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    event.preventDefault();
    const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value;
    const button = this.#buttons.find(({ name }) => name === pressed) ?? this.#buttons.find(({ primary }) => primary);
    if (button) {
      this.press(button);
    }
  }

  #render() {
    const reasons = new Set(this.#buttons.map((button) => this.#whyNot(button)).filter(Boolean));
    render(html`
      <form class="inline-form" novalidate aria-label=${this.label} @submit=${(/** @type {SubmitEvent} */ event) => this.#submitted(event)}>
        ${this.#fieldsHost}
        <div role="alert">${this.#alert ? this.#notice() : nothing}</div>
        <div class="inline-form-actions">
          ${this.#buttons.map((button) => this.#button(button))}
          ${[...reasons].map((reason) => html`<p class="field-help">${reason}</p>`)}
        </div>
      </form>`, this.#host);
  }

  #notice() {
    const unknown = this.#problem?.unknown;
    return html`
      <div class="notice" data-tone=${unknown ? "warn" : "bad"}>
        ${icon(unknown ? "help-circle" : "alert-circle")}
        <div>${unknown ? html`<strong>${t("Outcome unknown")}</strong> ` : nothing}<span dir="auto">${this.#alert}</span>
          ${unknown && this.#look ? html`<a href=${this.#look()}>${t("Look")}</a>` : nothing}</div>
      </div>`;
  }

  /** @param {FormButton} button */
  #button(button) {
    const reason = this.#whyNot(button);
    const pending = this.#pending === button.name;
    return html`
      <button class="btn ${button.primary ? "btn-primary" : ""} ${pending ? "btn-loading" : ""}" type="submit" value=${button.name}
        aria-busy=${pending ? "true" : nothing} aria-disabled=${reason ? "true" : nothing}>${icon(button.icon)}${button.label}</button>`;
  }
}
