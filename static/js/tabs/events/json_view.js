/** JSON as coloured text. */

import { html } from "../../../vendor/lit-html/lit-html.js";

const INDENT = "  ";

/**
 * A value as indented JSON; its text is exactly what `JSON.stringify(value, null, 2)` gives.
 *
 * @param {unknown} value
 * @param {string} [indent]
 * @returns {unknown} parts of a template
 */
export function jsonView(value, indent = "") {
  if (Array.isArray(value)) {
    return all(value.map((item) => [null, item]), "[]", indent);
  }
  if (value !== null && typeof value === "object") {
    return all(Object.entries(value), "{}", indent);
  }
  return token(value, typeof value === "string" ? "string" : "plain");
}

/**
 * @param {[string | null, unknown][]} entries
 * @param {string} brackets
 * @param {string} indent
 */
function all(entries, brackets, indent) {
  if (!entries.length) {
    return brackets;
  }
  const inner = indent + INDENT;
  const lines = entries.map(([key, item], index) => [
    inner, key === null ? "" : [token(key, "key"), ": "], jsonView(item, inner), index < entries.length - 1 ? ",\n" : "\n",
  ]);
  return [`${brackets[0]}\n`, lines, indent, brackets[1]];
}

/**
 * @param {unknown} value
 * @param {string} kind
 */
function token(value, kind) {
  return html`<span class=${`json-${kind}`}>${JSON.stringify(value)}</span>`;
}
