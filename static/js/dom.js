/** The few ways in which the page is touched; text always goes in as text, never as markup. */

import { html, noChange } from "../vendor/lit-html/lit-html.js";
import { Directive, directive, PartType } from "../vendor/lit-html/directive.js";

const HIDDEN_INTERVAL_MS = 500;
const sprite = document.documentElement.dataset.icons;

/**
 * Copy a `<template>` of the page.
 *
 * @param {string} id the template's id
 * @returns {{element: HTMLElement, parts: Record<string, HTMLElement>}} the copy, and its `data-part` elements by name
 */
export function cloneTemplate(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  const element = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  return { element, parts: partsOf(element) };
}

/**
 * Find the `data-part` elements of an element by their names.
 *
 * @param {HTMLElement} element
 * @returns {Record<string, HTMLElement>}
 */
export function partsOf(element) {
  /** @type {Record<string, HTMLElement>} */
  const parts = {};
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-part]"))) {
    parts[String(part.dataset.part)] = part;
  }
  return parts;
}

/**
 * Write a text where it is not there yet.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * Write a text that may be cut off on screen, and the whole of it as a tooltip.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
export function setLongText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
    element.title = text;
  }
}

/**
 * Write an attribute where it has another value, and take it away for null.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value
 */
export function setAttribute(element, name, value) {
  if (value === null) {
    element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/**
 * Show or hide an element; icons too, which know the attribute but not the property.
 *
 * @param {Element} element
 * @param {unknown} shown whether to
 */
export function setShown(element, shown) {
  element.toggleAttribute("hidden", !shown);
}

/**
 * Show a badge or dot in one of the tones of amictl.css: neutral, info, good, warn, bad.
 *
 * @param {HTMLElement} element
 * @param {string} tone
 */
export function setTone(element, tone) {
  if (element.dataset.tone !== tone) {
    element.dataset.tone = tone;
  }
}

/**
 * The address of an icon's symbol, for `<use href=…>`.
 *
 * @param {string} name
 */
export function iconAddress(name) {
  return `${sprite}#${name}`;
}

/**
 * An icon of the sprite as a lit-html template; it says nothing to screen readers.
 *
 * @param {string} name
 * @param {string} className more classes
 */
export function icon(name, className = "") {
  return html`<svg class="icon ${className}" aria-hidden="true" focusable="false"><use href=${iconAddress(name)}></use></svg>`;
}

/**
 * Point an icon at another symbol of the sprite.
 *
 * @param {Element} svg
 * @param {string} name
 */
export function setIcon(svg, name) {
  setAttribute(/** @type {Element} */ (svg.firstElementChild), "href", iconAddress(name));
}

class CustomProperties extends Directive {
  /** @type {Map<string, string>} what was set: setting it anew would style the element and all inside of it anew */
  #set = new Map();

  /** @param {import("../vendor/lit-html/directive.js").PartInfo} info */
  constructor(info) {
    super(info);
    if (info.type !== PartType.ELEMENT) {
      throw new Error("vars() stands where an attribute would, without a name.");
    }
  }

  /** @param {Record<string, string | number>} _values by the names of the properties */
  render(_values) {
    return noChange;
  }

  /**
   * @override
   * @param {import("../vendor/lit-html/directive.js").ElementPart} part
   * @param {[Record<string, string | number>]} values
   */
  update(part, [values]) {
    const element = /** @type {HTMLElement} */ (part.element);
    for (const name of this.#set.keys()) {
      if (!(name in values)) {
        element.style.removeProperty(name);
        this.#set.delete(name);
      }
    }
    for (const [name, value] of Object.entries(values)) {
      const text = String(value);
      if (this.#set.get(name) !== text) {
        element.style.setProperty(name, text);
        this.#set.set(name, text);
      }
    }
    return noChange;
  }
}

/**
 * Set custom properties of CSS on an element of a lit-html template: `<div class="bar" ${vars({ "--share": "12%" })}>`.
 *
 * The content security policy allows no style attributes; this goes through the CSSOM, which it does not concern.
 */
export const vars = directive(CustomProperties);

/**
 * Mark a button as waiting for an answer, or give it back.
 *
 * @param {HTMLButtonElement} button
 * @param {boolean} pending
 */
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
