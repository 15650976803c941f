/** The keys of a live table. */

import { t } from "../words.js";

/**
 * @typedef {object} Hands what a table does for a key
 * @property {(by: number) => void} step
 * @property {() => number} page how many rows a page has
 * @property {() => void} open
 * @property {() => void} menu
 * @property {() => void} choose
 * @property {() => void} chooseAll
 * @property {() => boolean} unchoose whether any was chosen
 * @property {() => void} copy
 * @property {(letter: string) => boolean} act
 */

/** What the keys are, for people. */
export const tableKeys = () => [
  { keys: "↑ ↓", label: t("Go to another row") },
  { keys: "Home End PgUp PgDn", label: t("Go far") },
  { keys: "Enter", label: t("Open the row") },
  { keys: "M", label: t("What can be done to it") },
  { keys: "Space", label: t("Choose the row, or not") },
  { keys: "Ctrl A", label: t("Choose all rows") },
  { keys: "Esc", label: t("Choose none") },
  { keys: "Ctrl C", label: t("Copy the row") },
  { keys: "Shift ← →", label: t("On a column's head: move the column") },
  { keys: "+ −", label: t("On a column's head: make it wider or narrower") },
];

/**
 * Do what a key of the table's grid says.
 *
 * @param {KeyboardEvent} event
 * @param {Hands} hands
 */
export function handleKey(event, hands) {
  const inside = /** @type {Element} */ (event.target);
  if (event.defaultPrevented || event.altKey || (inside !== event.currentTarget && inside.closest("button, input, a, select, textarea"))) {
    return;
  }
  if (event.ctrlKey || event.metaKey ? pressedWithControl(event.key, hands) : pressed(event, hands)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

/**
 * @param {string} key
 * @param {Hands} hands
 */
function pressedWithControl(key, hands) {
  if (key === "a") {
    hands.chooseAll();
    return true;
  }
  if (key === "c") {
    hands.copy(); // and the browser copies what is marked, where something is
  }
  return false;
}

/**
 * @param {KeyboardEvent} event
 * @param {Hands} hands
 * @returns {boolean} whether the key means something here
 */
function pressed({ key, shiftKey }, hands) {
  const steps = /** @type {Record<string, () => number>} */ ({
    ArrowDown: () => 1,
    ArrowUp: () => -1,
    PageDown: () => hands.page(),
    PageUp: () => -hands.page(),
    Home: () => -Infinity,
    End: () => Infinity,
  });
  const others = /** @type {Record<string, () => void>} */ ({
    Enter: hands.open,
    " ": hands.choose,
    ContextMenu: hands.menu,
    m: hands.menu,
  });
  if (Object.hasOwn(steps, key)) {
    hands.step(steps[key]());
  } else if (key === "F10" && shiftKey) {
    hands.menu();
  } else if (key === "Escape") {
    return hands.unchoose();
  } else if (Object.hasOwn(others, key)) {
    others[key]();
  } else {
    return key.length === 1 && hands.act(key);
  }
  return true;
}
