/** What fields of a form mean: what stands in them at first, what cannot be right, and what is sent. Pure. */

import { t } from "../words.js";

const CONTROL = /[\r\n\0]/;
const WHOLE = /^[+-]?\d+$/;
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/**
 * @typedef {import("./action_spec.js").FieldSpec} FieldSpec
 * @typedef {import("./action_spec.js").Values} Values what stands in the fields: texts, booleans, and [name, value] pairs
 */

/**
 * What stands in the fields at first.
 *
 * @param {readonly FieldSpec[]} fields
 * @returns {Values}
 */
export function firstValues(fields) {
  return Object.fromEntries(fields.map((field) => [field.name, firstValue(field)]));
}

/**
 * What stands in fields at first that hold something else than a text.
 *
 * @type {Partial<Record<FieldSpec["kind"], (value: any) => any>>}
 */
const FIRST = {
  switch: Boolean,
  several: (value) => [...(value ?? [])],
  pairs: (value) => Object.entries(value ?? {}).map(([name, each]) => [name, String(each)]),
};

/** @param {FieldSpec} field */
function firstValue({ kind, value, options, required }) {
  const first = FIRST[kind];
  if (first) {
    return first(value);
  }
  if (value !== undefined && value !== null) {
    return String(value);
  }
  return kind === "select" && required ? String(options?.[0]?.value ?? "") : "";
}

/**
 * The fields that are asked with these values.
 *
 * @param {readonly FieldSpec[]} fields
 * @param {Values} values
 */
export function askedFields(fields, values) {
  return fields.filter((field) => field.when?.(values) ?? true);
}

/**
 * What cannot be right, by field; the server checks again.
 *
 * @param {readonly FieldSpec[]} fields those that are asked
 * @param {Values} values
 * @returns {Map<string, string>}
 */
export function findProblems(fields, values) {
  const problems = new Map();
  for (const field of fields) {
    const problem = problemOf(field, values[field.name]);
    if (problem) {
      problems.set(field.name, problem);
    }
  }
  return problems;
}

/**
 * @param {FieldSpec} field
 * @param {any} value
 * @returns {string}
 */
function problemOf(field, value) {
  if (field.kind === "switch") {
    return "";
  }
  if (field.kind === "several") {
    return field.required && !value.length ? t("Choose one at least.") : "";
  }
  if (field.kind === "pairs") {
    return pairsProblem(value, field.required ?? false);
  }
  const text = field.exact ? value : value.trim();
  if (!text) {
    return field.required ? t("This is needed.") : "";
  }
  if (CONTROL.test(text)) {
    return t("Line breaks are not possible here.");
  }
  return field.kind === "number" ? numberProblem(field, text) : "";
}

/**
 * @param {[string, string][]} pairs
 * @param {boolean} required
 */
function pairsProblem(pairs, required) {
  const names = pairs.map(([name]) => name.trim());
  if (!names.length) {
    return required ? t("This is needed.") : "";
  }
  if (names.some((name) => !name)) {
    return t("Each one needs a name.");
  }
  if (new Set(names).size < names.length) {
    return t("Each name can be given once.");
  }
  return pairs.flat().some((text) => CONTROL.test(text)) ? t("Line breaks are not possible here.") : "";
}

/**
 * @param {FieldSpec} field
 * @param {string} text
 */
function numberProblem({ min = -Infinity, max = Infinity, fraction = false }, text) {
  if (!(fraction ? NUMBER : WHOLE).test(text)) {
    return fraction ? t("Write a number.") : t("Write a whole number.");
  }
  const number = Number(text);
  if (number >= min && number <= max) {
    return "";
  }
  if (min > -Infinity && max < Infinity) {
    return t("Between %(min)s and %(max)s.", { min, max });
  }
  return number < min ? t("At least %(min)s.", { min }) : t("At most %(max)s.", { max });
}

/**
 * The values as they are sent: numbers as numbers, pairs as an object, and nothing for what was left empty.
 *
 * @param {readonly FieldSpec[]} fields those that are asked, without problems
 * @param {Values} values
 * @returns {Values}
 */
export function readValues(fields, values) {
  const read = fields.map((field) => [field.name, readValue(field, values[field.name])]);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

/**
 * @param {FieldSpec} field
 * @param {any} value
 */
function readValue({ kind, exact, mayBeEmpty }, value) {
  if (kind === "switch" || kind === "several") {
    return value;
  }
  if (kind === "pairs") {
    return value.length ? Object.fromEntries(value.map((/** @type {[string, string]} */ [name, each]) => [name.trim(), each])) : undefined;
  }
  const text = exact ? value : value.trim();
  if (!text) {
    return mayBeEmpty ? "" : undefined;
  }
  return kind === "number" ? Number(text) : text;
}

/**
 * Which field shows what the server refused: `variables.NAME` belongs to `variables`, `parameters.queue` to `queue`.
 *
 * @param {readonly {field: string, detail: string}[]} errors
 * @param {readonly FieldSpec[]} fields those that are asked
 * @returns {Map<string, string>} by field; under "" what belongs to none of them
 */
export function placeProblems(errors, fields) {
  const names = new Set(fields.map(({ name }) => name));
  const placed = new Map();
  for (const { field, detail } of errors) {
    const name = [field, ...field.split(/[.[]/)].find((part) => names.has(part)) ?? "";
    const words = name || !field ? detail : `${field}: ${detail}`;
    placed.set(name, placed.has(name) ? `${placed.get(name)} ${words}` : words);
  }
  return placed;
}
