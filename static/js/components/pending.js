/** Which actions are under way now, so that none is done twice by two clicks and every button of it shows that. Pure. */

/** @type {Set<string>} */
const running = new Set();
/** @type {Set<() => void>} */
const listeners = new Set();

/**
 * Whether an action on a target is under way.
 *
 * @param {string} key as `identify` of availability.js names it
 */
export function isPending(key) {
  return running.has(key);
}

/**
 * Do something as the only one under this name.
 *
 * @template Result
 * @param {string} key
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result | undefined>} undefined when it is under way already, and was not begun again
 */
export async function alone(key, work) {
  if (running.has(key)) {
    return undefined;
  }
  running.add(key);
  tell();
  try {
    return await work();
  } finally {
    running.delete(key);
    tell();
  }
}

/**
 * Call a listener when something begins or ends.
 *
 * @param {() => void} listener
 * @returns {() => void} stops the calls
 */
export function onPending(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell() {
  listeners.forEach((listener) => listener());
}
