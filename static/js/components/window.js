/** Which rows of a long list are rendered: those that can be seen, and a few on both sides. Pure. */

/**
 * @param {{top: number, height: number, rowHeight: number, count: number, overscan?: number}} view in pixels; `top`
 *   is how far the list is scrolled, `height` how much of it can be seen
 * @returns {{start: number, end: number}} indexes of the first row and of the one after the last
 */
export function windowOf({ top, height, rowHeight, count, overscan = 6 }) {
  const first = Math.min(Math.floor(Math.max(0, top) / rowHeight), Math.max(0, count - 1));
  const after = first + Math.ceil(height / rowHeight) + 1;
  return { start: Math.max(0, first - overscan), end: Math.min(count, after + overscan) };
}

/**
 * How far to scroll so that a row can be seen whole, with as little movement as can be.
 *
 * @param {{top: number, height: number, rowHeight: number}} view `height` without what covers its upper edge
 * @param {number} index
 * @returns {number} the new `top`
 */
export function reveal({ top, height, rowHeight }, index) {
  const start = index * rowHeight;
  if (start < top) {
    return start;
  }
  return start + rowHeight > top + height ? start + rowHeight - height : top;
}
