/** How values are written for people. Pure: no page, no clock of its own. */

/**
 * A length of time as a clock: `0:07`, `12:34`, `1:02:03`.
 *
 * @param {number | null} seconds
 */
export function clockText(seconds) {
  if (seconds === null || !Number.isFinite(seconds)) {
    return "–";
  }
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/**
 * A length of time in its largest unit: `7 s`, `12 min`, `3 h`, `2 d`.
 *
 * @param {number} seconds
 */
export function spanText(seconds) {
  if (seconds < 90) {
    return `${Math.round(seconds)} s`;
  }
  if (seconds < 5400) {
    return `${Math.round(seconds / 60)} min`;
  }
  return seconds < 129_600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/**
 * The time of day in the reader's own zone, with seconds.
 *
 * @param {string | Date} moment a string is ISO 8601
 */
export function timeText(moment) {
  const date = new Date(moment);
  const part = (/** @type {number} */ value, width = 2) => String(value).padStart(width, "0");
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}.${part(date.getMilliseconds(), 3)}`;
}

/**
 * A share of a hundred without needless decimals; an unknown one is a dash.
 *
 * @param {number | null | undefined} value
 */
export function percentText(value) {
  return value === null || value === undefined ? "–" : `${Math.round(value)} %`;
}

/**
 * A person on the line: the name, else the number, else a word for nobody known.
 *
 * @param {string | null} name
 * @param {string | null} number
 * @returns {{name: string, number: string}} `number` is empty when it already stands in `name`, as for a caller
 *   who withholds both: Anonymous, anonymous
 */
export function partyText(name, number) {
  if (name && number && name.toLowerCase() !== number.toLowerCase()) {
    return { name, number };
  }
  return { name: name || number || "", number: "" };
}
