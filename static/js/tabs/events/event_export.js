/** Events as files: JSON Lines, and CSV that a spreadsheet can open without harm. */

/** @typedef {import("./event_headers.js").AmiEvent} AmiEvent */

/**
 * Events as JSON Lines: one event a line, with all of its headers.
 *
 * @param {readonly AmiEvent[]} events
 */
export function toJsonLines(events) {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

const FIRST_COLUMNS = Object.freeze(["at", "pbx", "seq", "event"]);
const SEPARATOR = "; ";

/**
 * Events as CSV (RFC 4180): one column for each header that any of them has, in the order in which they first come.
 *
 * @param {readonly AmiEvent[]} events
 */
export function toCsv(events) {
  const headers = [...new Set(events.flatMap((event) => Object.keys(event.data)))].filter((name) => name !== "Event");
  const lines = [[...FIRST_COLUMNS, ...headers]];
  for (const { at, pbx, seq, event, data } of events) {
    lines.push([at, pbx, String(seq), event, ...headers.map((name) => joined(data[name]))]);
  }
  return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

/** @param {string | string[] | undefined} value */
function joined(value) {
  return Array.isArray(value) ? value.join(SEPARATOR) : (value ?? "");
}

/**
 * A value as a cell. A spreadsheet takes what begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula,
 * and the PBX's callers choose their names: an apostrophe before it makes it a text.
 *
 * @param {string} value
 */
function cell(value) {
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * A name for the file that says of what and when it is.
 *
 * @param {string} pbx
 * @param {Date} at
 * @param {string} ending such as `csv`
 */
export function fileName(pbx, at, ending) {
  return `${pbx}-events-${at.toISOString().slice(0, 19).replaceAll(":", "-")}.${ending}`;
}
