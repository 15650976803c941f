/** The keys of the tiles. */

import { t } from "../../words.js";

/**
 * @typedef {object} Hands what the tiles do for a key
 * @property {(columns: number, lines: number) => void} step
 * @property {() => unknown} open
 * @property {() => void} menu
 * @property {(letter: string) => boolean} act
 */

/** What the keys are, for people. */
export const gridKeys = () => [
  { keys: "↑ ↓ ← →", label: t("Go to another person") },
  { keys: "Enter", label: t("Open the person") },
  { keys: "M", label: t("What can be done") },
];

/** @type {Record<string, [number, number]>} columns and lines */
const STEPS = {
  ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1], PageDown: [0, 4], PageUp: [0, -4],
  Home: [-Infinity, 0], End: [Infinity, 0],
};

/**
 * Do what a key on the tiles says.
 *
 * @param {KeyboardEvent} event
 * @param {Hands} hands
 */
export function handleGridKey(event, hands) {
  const other = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget;
  if (!other && pressed(event.key === "F10" && event.shiftKey ? "m" : event.key, hands)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

/**
 * @param {string} key
 * @param {Hands} hands
 * @returns {boolean} whether it means something here
 */
function pressed(key, hands) {
  if (Object.hasOwn(STEPS, key)) {
    hands.step(...STEPS[key]);
  } else if (key === "Enter") {
    hands.open();
  } else if (key === "m" || key === "ContextMenu") {
    hands.menu();
  } else {
    return key.length === 1 && hands.act(key);
  }
  return true;
}
