/** The catalogue of AMI actions: found by typing, and made into forms. Pure. */

import { t } from "../../words.js";

/**
 * @typedef {object} Parameter what GET actions/ tells of one
 * @property {string} name
 * @property {string} header
 * @property {string} type
 * @property {boolean} required
 * @property {string[] | null} choices
 * @property {number | null} minimum
 * @property {number | null} maximum
 * @property {string | null} unit
 * @property {string | null} must_be
 * @property {boolean} repeatable
 * @property {boolean} numbered
 * @property {string[]} since
 * @property {string | null} refusal
 * @property {string | null} means
 *
 * @typedef {object} Offer what GET actions/ tells of an action
 * @property {string} action
 * @property {string} family
 * @property {string} purpose
 * @property {Parameter[]} parameters
 * @property {string[]} rules
 * @property {boolean} other_headers
 * @property {string[]} rights
 * @property {boolean} changes_pbx
 * @property {string[]} since
 * @property {number | null} until
 * @property {string | null} module
 * @property {string | null} refusal
 * @property {boolean} available
 * @property {string | null} reason
 *
 * @typedef {import("../../components/action_spec.js").FieldSpec} FieldSpec
 * @typedef {import("../../components/action_spec.js").Values} Values
 */

/** The field of headers that have no field of their own; no parameter is called so. */
export const OTHER = "other headers";
/** The field of the seconds to wait for the answer. */
export const WAIT = "wait";

/**
 * The actions that fit what was typed, the best first; all of them in the catalogue's order where nothing was.
 *
 * @param {readonly Offer[]} offers
 * @param {string} text each of its words must fit: in the name, in the family, in the purpose, or as letters of the name in their order
 * @returns {Offer[]}
 */
export function findActions(offers, text) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) {
    return [...offers];
  }
  const found = [];
  for (const offer of offers) {
    const scores = words.map((word) => scoreOf(offer, word));
    if (scores.every((score) => score > 0)) {
      found.push({ offer, score: scores.reduce((sum, score) => sum + score, 0) + (offer.available ? 0.5 : 0) });
    }
  }
  return found.sort((a, b) => b.score - a.score).map(({ offer }) => offer);
}

/**
 * How well a word fits an action; 0: not at all.
 *
 * @param {Offer} offer
 * @param {string} word
 */
function scoreOf({ action, family, purpose }, word) {
  const name = action.toLowerCase();
  if (name === word) {
    return 100;
  }
  if (name.startsWith(word)) {
    return 60 - name.length / 100;
  }
  if (initialsOf(action).startsWith(word)) {
    return 50;
  }
  if (name.includes(word)) {
    return 40 - name.length / 100;
  }
  if (purpose.toLowerCase().split(/[^\p{L}\d]+/u).some((part) => part.startsWith(word))) {
    return 20;
  }
  if (family.includes(word)) {
    return 15;
  }
  return word.length > 2 && holdsInOrder(name, word) ? 5 : 0;
}

/**
 * `QueueMemberRingInUse` is `qmriu`.
 *
 * @param {string} action
 */
function initialsOf(action) {
  return (action.match(/[A-Z]+(?![a-z])|[A-Z]/g) ?? []).join("").toLowerCase();
}

/**
 * @param {string} name
 * @param {string} letters
 */
function holdsInOrder(name, letters) {
  let at = -1;
  return [...letters].every((letter) => (at = name.indexOf(letter, at + 1)) >= 0);
}

/**
 * Why an action cannot be sent, as a sentence; null when it can.
 *
 * @param {Offer} offer
 */
export function whyNotSent({ refusal, available, reason }) {
  return refusal ?? (available ? null : reason);
}

/**
 * The fields of an action's form.
 *
 * @param {Offer} offer
 * @param {Record<string, FieldSpec["suggest"]>} sources what can be offered, by what a parameter means
 * @returns {FieldSpec[]}
 */
export function fieldsOf(offer, sources) {
  const taken = offer.parameters.filter(({ refusal, numbered }) => !refusal && !numbered);
  const fields = taken.map((parameter) => fieldOf(parameter, sources));
  const numbered = offer.parameters.filter((parameter) => parameter.numbered);
  if (offer.other_headers || numbered.length) {
    const headers = numbered.map(({ header }) => header).join(", ");
    fields.push({
      name: OTHER, label: t("Other headers"), kind: "pairs",
      help: headers ? t("By their names, with any number for the digits: %(headers)s.", { headers }) : "",
    });
  }
  return [...fields, { name: WAIT, label: t("Wait for the answer"), kind: "number", required: true, size: "small", min: 1, max: 60, unit: t("s"), value: 10 }];
}

/**
 * @param {Parameter} parameter
 * @param {Record<string, FieldSpec["suggest"]>} sources
 * @returns {FieldSpec}
 */
function fieldOf(parameter, sources) {
  const { name, header, required, unit } = parameter;
  return {
    name, label: header, required, size: "half", help: helpOf(parameter), unit: unit ?? undefined, mayBeEmpty: false,
    ...KINDS[parameter.type]?.(parameter) ?? textOf(parameter, sources),
  };
}

/** @param {Parameter} parameter */
const numberOf = ({ minimum, maximum }) => ({
  kind: /** @type {const} */ ("number"), size: /** @type {const} */ ("half"), min: minimum ?? undefined,
  max: maximum === null || maximum >= 2 ** 31 - 1 ? undefined : maximum,
});

/** @type {Record<string, (parameter: Parameter) => Partial<FieldSpec> & {kind: FieldSpec["kind"]}>} */
const KINDS = {
  integer: numberOf,
  decimal: (parameter) => ({ ...numberOf(parameter), fraction: true }),
  boolean: () => ({ kind: "select", options: [{ value: "true", label: t("Yes") }, { value: "false", label: t("No") }] }),
  choice: ({ choices }) => ({ kind: "select", options: (choices ?? []).map((value) => ({ value, label: value })) }),
  variables: () => ({ kind: "pairs", size: undefined }),
};

/**
 * @param {Parameter} parameter
 * @param {Record<string, FieldSpec["suggest"]>} sources
 * @returns {{kind: "text" | "suggest", suggest?: FieldSpec["suggest"]}}
 */
function textOf({ means }, sources) {
  const suggest = means === null ? undefined : sources[means];
  return suggest ? { kind: "suggest", suggest } : { kind: "text" };
}

/** @param {Parameter} parameter */
function helpOf({ type, must_be: hint, since }) {
  const words = [
    hint && t("Must be %(hint)s.", { hint }),
    type === "names" && t("Names with commas between."),
    type === "priority" && t("A number from 1, or a label."),
    since.length && t("Since Asterisk %(versions)s.", { versions: since.join(", ") }),
  ];
  return words.filter(Boolean).join(" ");
}

/**
 * What the form holds, as parameters of POST action/.
 *
 * @param {Offer} offer
 * @param {Values} values
 * @returns {Values}
 */
export function parametersOf({ parameters }, values) {
  /** @type {Values} */
  const given = { ...values[OTHER] };
  for (const { name, type } of parameters) {
    const value = values[name];
    if (value !== undefined) {
      given[name] = readAs(type, value);
    }
  }
  return given;
}

/**
 * @param {string} type
 * @param {any} value
 */
function readAs(type, value) {
  if (type === "boolean") {
    return value === "true";
  }
  return type === "names" ? value.split(",").map((/** @type {string} */ each) => each.trim()).filter(Boolean) : value;
}

/**
 * The columns of a list's items: each header that any of them has, but for what all of AMI's events carry.
 *
 * @param {readonly Record<string, string | string[]>[]} items
 * @returns {string[]}
 */
export function columnsOf(items) {
  const kinds = new Set(items.map(({ Event }) => Event));
  const names = new Set(items.flatMap((item) => Object.keys(item)));
  names.delete("ActionID");
  if (kinds.size < 2) {
    names.delete("Event");
  }
  return [...names];
}
