/** Where something that pops up stands: below what it belongs to, above where there is more room, never off the screen. */

const GAP = 4;
const MARGIN = 8;

/**
 * @typedef {{left: number, top: number, right: number, bottom: number}} Edges
 */

/**
 * Say where a popup goes. Pure.
 *
 * @param {Edges} anchor what it belongs to, in pixels of the window
 * @param {{width: number, height: number}} size the popup's
 * @param {{width: number, height: number}} room the window's
 * @param {"start" | "end"} align which edges lie above each other
 * @returns {{left: number, top: number, height: number}} `height` is the most that it may take there
 */
export function placeBeside(anchor, size, room, align = "start") {
  const below = room.height - anchor.bottom - GAP - MARGIN;
  const above = anchor.top - GAP - MARGIN;
  const under = size.height <= below || below >= above;
  const height = Math.max(0, Math.min(size.height, under ? below : above));
  const wished = align === "start" ? anchor.left : anchor.right - size.width;
  const left = Math.max(MARGIN, Math.min(wished, room.width - MARGIN - size.width));
  return { left, top: under ? anchor.bottom + GAP : anchor.top - GAP - height, height };
}

/**
 * Put a popup that is shown beside its anchor; its style sheet has `position: fixed`.
 *
 * @param {HTMLElement} popup
 * @param {Edges} anchor
 * @param {"start" | "end"} align
 */
export function putBeside(popup, anchor, align = "start") {
  popup.style.removeProperty("max-height");
  const size = { width: popup.offsetWidth, height: popup.offsetHeight };
  const room = { width: document.documentElement.clientWidth, height: document.documentElement.clientHeight };
  const place = placeBeside(anchor, size, room, align);
  popup.style.setProperty("left", `${place.left}px`);
  popup.style.setProperty("top", `${place.top}px`);
  popup.style.setProperty("max-height", `${place.height}px`);
}
