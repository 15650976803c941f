/** Fields of a form, made from their descriptions; what stands in them is kept while the form changes around them. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { t } from "../words.js";
import { Combobox } from "./combobox.js";
import { controlOf, isGroup } from "./controls.js";
import { askedFields, findProblems, firstValues, placeProblems, readValues } from "./field_values.js";

/**
 * @typedef {import("./action_spec.js").FieldSpec} FieldSpec
 * @typedef {import("./action_spec.js").Values} Values
 */

let forms = 0;

export class Fields {
  #host;
  /** @type {readonly FieldSpec[]} */
  #specs;
  /** @type {Values} */
  #values;
  /** @type {Map<string, string>} */
  #problems = new Map();
  #changed;
  #prefix = `form-${++forms}`;
  /** @type {Map<string, (element: Element | undefined) => void>} */
  #offers = new Map();

  /**
   * @param {HTMLElement} host holds the fields and nothing else
   * @param {readonly FieldSpec[]} specs
   * @param {(values: Values) => void} changed called after somebody changed something
   */
  constructor(host, specs, changed = () => {}) {
    this.#host = host;
    this.#specs = specs;
    this.#values = firstValues(specs);
    this.#changed = changed;
    this.#render();
  }

  /** What stands in the fields now, unchecked. */
  get values() {
    return this.#values;
  }

  /** The values as they are sent, those of asked fields that hold something. */
  get read() {
    return readValues(this.#asked, this.#values);
  }

  /** Whether nothing is missing or plainly wrong; nothing is shown of it. */
  get complete() {
    return findProblems(this.#asked, this.#values).size === 0;
  }

  /**
   * Put other values into some fields.
   *
   * @param {Values} values
   */
  put(values) {
    this.#values = { ...this.#values, ...values };
    for (const name of Object.keys(values)) {
      this.#problems.delete(name);
    }
    this.#render();
    this.#changed(this.#values);
  }

  /**
   * Check the fields, and show what is wrong at its place.
   *
   * @param {(values: Values) => Record<string, string>} check what else can be wrong, by field
   * @returns {boolean} whether all is right
   */
  check(check = () => ({})) {
    const problems = findProblems(this.#asked, this.#values);
    if (!problems.size) {
      Object.entries(check(this.read)).forEach(([name, words]) => problems.set(name, words));
    }
    this.#show(problems);
    return problems.size === 0;
  }

  /**
   * Show what the server refused.
   *
   * @param {readonly {field: string, detail: string}[]} errors
   * @returns {string} what belongs to no field
   */
  refuse(errors) {
    const problems = placeProblems(errors, this.#asked);
    const rest = problems.get("") ?? "";
    problems.delete("");
    this.#show(problems);
    return rest;
  }

  /** Put the focus into the first field. */
  focus() {
    /** @type {HTMLElement | null} */ (this.#host.querySelector("input, select, textarea"))?.focus();
  }

  get #asked() {
    return askedFields(this.#specs, this.#values);
  }

  /** @param {Map<string, string>} problems */
  #show(problems) {
    this.#problems = problems;
    this.#render();
    /** @type {HTMLElement | null} */ (this.#host.querySelector('[aria-invalid="true"]'))?.focus();
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  #set(name, value) {
    this.#values = { ...this.#values, [name]: value };
    this.#problems.delete(name);
    this.#render();
    this.#changed(this.#values);
  }

  #render() {
    render(repeat(this.#asked, ({ name }) => name, (/** @type {FieldSpec} */ field) => this.#field(field)), this.#host);
  }

  /** @param {FieldSpec} field */
  #field(field) {
    const id = `${this.#prefix}-${field.name}`;
    const problem = this.#problems.get(field.name) ?? "";
    const described = [field.help && `${id}-help`, problem && `${id}-problem`].filter(Boolean).join(" ") || nothing;
    const put = (/** @type {any} */ value) => this.#set(field.name, value);
    const control = controlOf(field, { id, described, invalid: problem ? "true" : nothing, value: this.#values[field.name], put, offer: this.#offer(field) });
    const inside = html`${control}
      ${field.help ? html`<p class="field-help" id="${id}-help">${field.help}</p>` : nothing}
      ${problem ? html`<p class="field-problem" id="${id}-problem">${problem}</p>` : nothing}`;
    if (field.kind === "switch") {
      return html`<div class="field" data-field=${field.name}>${inside}</div>`;
    }
    const label = html`${field.label}${field.required ? nothing : html` <span class="field-optional">${t("optional")}</span>`}`;
    return isGroup(field)
      ? html`<fieldset class="field" data-field=${field.name} aria-describedby=${described}>
          <legend class="form-label">${label}</legend>${inside}</fieldset>`
      : html`<div class="field" data-field=${field.name} data-size=${field.size ?? nothing}>
          <label class="form-label" for=${id}>${label}</label>${inside}</div>`;
  }

  /**
   * What makes a combobox of a field's input, once for each element.
   *
   * @param {FieldSpec} field
   */
  #offer({ name, suggest }) {
    let offer = this.#offers.get(name);
    if (!offer) {
      offer = (element) => {
        if (element && suggest) {
          new Combobox(/** @type {HTMLInputElement} */ (element), (text, signal) => suggest(text, signal, this.#values));
        }
      };
      this.#offers.set(name, offer);
    }
    return offer;
  }
}
