/**
 * Every word for people goes through here, so that it can be translated.
 *
 * The first argument is a constant: it is what translators see. `%(name)s` stands for a value, `%%` for a percent
 * sign. Texts among the values may come from a PBX and are kept from turning the direction of the words around them.
 * The translations are there before any module that imports this one begins, so words may be constants, too.
 */

import { readPluralRule } from "./plural_rule.js";

const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const PLACE = /%(?:\((\w+)\)s|%)/g;

/**
 * @typedef {Record<string, string | number>} Values
 */

/**
 * The words of a language.
 *
 * @typedef {{plural: string, words: Record<string, string | string[]>}} Catalogue `plural` is gettext's rule; of a plural
 *   `words` has all forms by the English words for one thing
 */

/** @type {Record<string, string | string[]>} */
let words = {};
let chooseForm = readPluralRule("n != 1");

/**
 * Speak a language from now on.
 *
 * @param {Catalogue} catalogue made by amictl/web/languages.py
 */
export function speak(catalogue) {
  chooseForm = readPluralRule(catalogue.plural);
  words = catalogue.words;
}

/**
 * Tell something.
 *
 * @param {string} message in English, such as `"Hang up %(name)s?"`
 * @param {Values} [values] by the names of their places
 * @returns {string}
 */
export function t(message, values = {}) {
  const translation = Object.hasOwn(words, message) ? words[message] : message;
  return fill(typeof translation === "string" ? translation : message, values);
}

/**
 * Tell something of a number of things.
 *
 * @param {string} singular for one, such as `"%(count)s caller"`
 * @param {string} plural for any other number
 * @param {number} count also stands for `%(count)s`
 * @param {Values} [values] of the other places
 * @returns {string}
 */
export function tn(singular, plural, count, values = {}) {
  const forms = Object.hasOwn(words, singular) ? words[singular] : null;
  const translation = Array.isArray(forms) ? forms[chooseForm(count)] : undefined;
  return fill(translation ?? (count === 1 ? singular : plural), { count, ...values });
}

/**
 * A text of the PBX that stands between other words: it must not turn their direction around.
 *
 * An element that holds such a text alone is isolated by amictl.css.
 *
 * @param {string} text
 * @returns {string}
 */
export function isolated(text) {
  const plain = text.replace(DIRECTIONS, "");
  return RIGHT_TO_LEFT.test(plain) ? `\u2068${plain}\u2069` : plain;
}

/**
 * @param {string} message
 * @param {Values} values
 */
function fill(message, values) {
  return message.replace(PLACE, (place, name) => {
    if (name === undefined) {
      return "%";
    }
    const value = values[name];
    return value === undefined ? place : typeof value === "string" ? isolated(value) : String(value);
  });
}

/** English is in the code; of another language the page names the file. */
async function loadLanguage() {
  const file = globalThis.document?.documentElement.dataset.words;
  if (!file) {
    return;
  }
  try {
    const response = await fetch(file);
    if (response.ok) {
      speak(await response.json());
    }
  } catch {
    // Without the file the console speaks English.
  }
}

await loadLanguage();
