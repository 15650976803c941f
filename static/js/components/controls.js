/** The controls of a form's fields by their kind, as lit-html templates. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { ref } from "../../vendor/lit-html/directives/ref.js";
import { icon } from "../dom.js";
import { t } from "../words.js";

/**
 * @typedef {import("./action_spec.js").FieldSpec} FieldSpec
 *
 * @typedef {object} Parts
 * @property {string} id of the element that the label belongs to
 * @property {any} described IDs of what describes it, or `nothing`
 * @property {any} invalid "true" or `nothing`
 * @property {any} value
 * @property {(value: any) => void} put takes what stands there now
 * @property {(element: Element | undefined) => void} offer makes a combobox of an input
 */

/** @type {Record<FieldSpec["kind"], (field: FieldSpec, parts: Parts) => any>} */
const CONTROLS = {
  text: line,
  number: line,
  suggest: (field, parts) => html`<div class="combobox">${line(field, parts)}</div>`,
  area, select, switch: toggle, chips, several, pairs,
};

/**
 * The control of a field.
 *
 * @param {FieldSpec} field
 * @param {Parts} parts
 */
export function controlOf(field, parts) {
  return CONTROLS[field.kind](field, parts);
}

/**
 * Whether a field is a group of controls, which has a legend in place of a label.
 *
 * @param {FieldSpec} field
 */
export function isGroup({ kind }) {
  return kind === "chips" || kind === "several" || kind === "pairs";
}

/**
 * @param {FieldSpec} field
 * @param {Parts} parts
 */
function line(field, { id, described, invalid, value, put, offer }) {
  const input = html`<input class="form-control" id=${id} name=${field.name} inputmode=${field.kind === "number" ? "numeric" : nothing}
      autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby=${described} aria-invalid=${invalid}
      aria-required=${field.required ? "true" : nothing} placeholder=${field.placeholder ?? nothing}
      .value=${live(value)} @input=${(/** @type {any} */ event) => put(event.target.value)}
      ${field.kind === "suggest" ? ref(offer) : nothing}>`;
  return field.unit
    ? html`<div class="input-group input-group-flat">${input}<span class="input-group-text">${field.unit}</span></div>`
    : input;
}

/**
 * @param {FieldSpec} field
 * @param {Parts} parts
 */
function area(field, { id, described, invalid, value, put }) {
  return html`<textarea class="form-control" id=${id} name=${field.name} rows="3" aria-describedby=${described} aria-invalid=${invalid}
    aria-required=${field.required ? "true" : nothing} placeholder=${field.placeholder ?? nothing}
    .value=${live(value)} @input=${(/** @type {any} */ event) => put(event.target.value)}></textarea>`;
}

/**
 * @param {FieldSpec} field
 * @param {Parts} parts
 */
function select(field, { id, described, invalid, value, put }) {
  const options = field.required ? [] : [{ value: "", label: t("Not set") }];
  return html`<select class="form-select" id=${id} name=${field.name} aria-describedby=${described} aria-invalid=${invalid}
    aria-required=${field.required ? "true" : nothing} @change=${(/** @type {any} */ event) => put(event.target.value)}>
    ${[...options, ...(field.options ?? [])].map((option) => html`<option .value=${option.value} ?selected=${option.value === value}>${option.label}</option>`)}
  </select>`;
}

/**
 * @param {FieldSpec} field
 * @param {Parts} parts
 */
function toggle(field, { id, described, value, put }) {
  return html`
    <label class="form-check form-switch">
      <input class="form-check-input" type="checkbox" role="switch" id=${id} name=${field.name} aria-describedby=${described}
        .checked=${live(value)} @change=${(/** @type {any} */ event) => put(event.target.checked)}>
      <span class="form-check-label">${field.label}</span>
    </label>`;
}

/**
 * One of some words, or one's own: whichever was chosen last is the only one.
 *
 * @param {FieldSpec} field
 * @param {Parts} parts
 */
function chips(field, { id, invalid, value, put }) {
  const options = field.options ?? [];
  const own = options.some((option) => option.value === value) ? "" : value;
  const chip = (/** @type {{value: string, label: string}} */ option) => html`
    <label class="chip">
      <input class="visually-hidden" type="radio" name=${id} .value=${option.value} .checked=${live(option.value === value)}
        aria-invalid=${invalid} @change=${() => put(option.value)}>
      <span>${option.label}</span>
    </label>`;
  return html`
    <div class="chips">${options.map(chip)}</div>
    ${field.own ? html`<input class="form-control" aria-label=${field.own} placeholder=${field.own} autocomplete="off"
      .value=${live(own)} @input=${(/** @type {any} */ event) => put(event.target.value)}>` : nothing}`;
}

/**
 * Any number of some words.
 *
 * @param {FieldSpec} field
 * @param {Parts} parts
 */
function several(field, { id, invalid, value, put }) {
  const toggled = (/** @type {string} */ option) => (value.includes(option) ? value.filter((/** @type {string} */ each) => each !== option) : [...value, option]);
  return html`<div class="chips">${(field.options ?? []).map((option) => html`
    <label class="chip">
      <input class="visually-hidden" type="checkbox" name=${id} .value=${option.value} .checked=${live(value.includes(option.value))}
        aria-invalid=${invalid} @change=${() => put(toggled(option.value))}>
      <span>${option.label}${option.hint ? html` <small>${option.hint}</small>` : nothing}</span>
    </label>`)}</div>`;
}

/**
 * @param {FieldSpec} _field
 * @param {Parts} parts
 */
function pairs(_field, { invalid, value, put }) {
  /** @type {[string, string][]} */
  const rows = value;
  const write = (/** @type {number} */ row, /** @type {number} */ part, /** @type {string} */ text) =>
    put(rows.map((pair, at) => (at === row ? pair.with(part, text) : pair)));
  const add = (/** @type {any} */ event) => {
    const { parentElement } = event.currentTarget;
    put([...rows, ["", ""]]);
    [...parentElement.querySelectorAll(".pair")].at(-1)?.querySelector("input")?.focus();
  };
  const drop = (/** @type {any} */ event, /** @type {number} */ row) => {
    const button = event.currentTarget.closest("fieldset").querySelector("[data-add]");
    put(rows.toSpliced(row, 1));
    button.focus();
  };
  return html`
    ${rows.map(([name, text], row) => html`
      <div class="pair">
        <input class="form-control" aria-label=${t("Name")} placeholder=${t("Name")} autocomplete="off" autocapitalize="none" spellcheck="false"
          aria-invalid=${invalid} .value=${live(name)} @input=${(/** @type {any} */ event) => write(row, 0, event.target.value)}>
        <input class="form-control" aria-label=${t("Value")} placeholder=${t("Value")} autocomplete="off" spellcheck="false"
          .value=${live(text)} @input=${(/** @type {any} */ event) => write(row, 1, event.target.value)}>
        <button class="btn btn-icon btn-ghost" type="button" aria-label=${t("Remove this one")}
          @click=${(/** @type {any} */ event) => drop(event, row)}>${icon("trash")}</button>
      </div>`)}
    <button class="btn btn-sm" type="button" data-add @click=${add}>${icon("plus")}${t("Add one")}</button>`;
}
