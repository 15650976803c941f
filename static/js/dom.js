/** The few ways in which the page is touched; text always goes in as text, never as markup. */

const HIDDEN_INTERVAL_MS = 500;
const sprite = document.documentElement.dataset.icons;

/**
 * Copy a `<template>` of the page.
 *
 * @param {string} id the template's id
 * @returns {{element: HTMLElement, parts: Record<string, HTMLElement>}} the copy, and its `data-part` elements by name
 */
export function cloneTemplate(id) {
  const element = document.getElementById(id).content.firstElementChild.cloneNode(true);
  return { element, parts: partsOf(element) };
}

/**
 * Find the `data-part` elements of an element by their names.
 *
 * @param {HTMLElement} element
 * @returns {Record<string, HTMLElement>}
 */
export function partsOf(element) {
  const parts = {};
  for (const part of element.querySelectorAll("[data-part]")) {
    parts[part.dataset.part] = part;
  }
  return parts;
}

/** Write a text where it is not there yet. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Write a text that may be cut off on screen, and the whole of it as a tooltip. */
export function setLongText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
    element.title = text;
  }
}

/** Write an attribute where it has another value, and take it away for null. */
export function setAttribute(element, name, value) {
  if (value === null) {
    element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/** Show or hide an element; icons too, which know the attribute but not the property. */
export function setShown(element, shown) {
  element.toggleAttribute("hidden", !shown);
}

/** Show a badge or dot in one of the tones of amictl.css: neutral, info, good, warn, bad. */
export function setTone(element, tone) {
  if (element.dataset.tone !== tone) {
    element.dataset.tone = tone;
  }
}

/** Point an icon at another symbol of the sprite. */
export function setIcon(svg, name) {
  setAttribute(svg.firstElementChild, "href", `${sprite}#${name}`);
}

/** Mark a button as waiting for an answer, or give it back. */
export function setPending(button, pending) {
  button.classList.toggle("btn-loading", pending);
  setAttribute(button, "aria-busy", pending ? "true" : null);
  button.disabled = pending;
}

/**
 * Make one call out of many: the first runs before the next paint, the following ones wait their time, and a page
 * that nobody sees waits longer.
 *
 * @param {() => void} callback
 * @param {number} interval least milliseconds between two runs
 * @returns {() => void} asks for a run
 */
export function coalesce(callback, interval = 100) {
  let asked = false;
  let last = -Infinity;
  const run = () => {
    asked = false;
    last = performance.now();
    callback();
  };
  return () => {
    if (asked) {
      return;
    }
    asked = true;
    const wait = document.hidden ? HIDDEN_INTERVAL_MS : last + interval - performance.now();
    if (wait > 0) {
      setTimeout(run, wait);
    } else {
      requestAnimationFrame(run);
    }
  };
}
