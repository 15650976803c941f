/** Where tiles stand: in lines of as many as there is room for, under a heading for each state. Pure. */

/**
 * @typedef {object} Line
 * @property {string} key tells it from others
 * @property {number} top in pixels
 * @property {number} bottom
 * @property {string | null} state of a heading
 * @property {number} count people under a heading
 * @property {string[]} keys of the tiles
 *
 * @typedef {{lines: Line[], height: number, columns: number}} Lines
 */

/**
 * @param {readonly {agent: string, state: string}[]} agents in their order, those of a state together
 * @param {{width: number, height: number, gap: number, heading: number, room: number}} sizes in pixels; `width` is a
 *   tile's least, `room` how wide the whole is
 * @returns {Lines}
 */
export function layTiles(agents, { width, height, gap, heading, room }) {
  const columns = Math.max(1, Math.floor((room + gap) / (width + gap)));
  /** @type {Line[]} */
  const lines = [];
  let top = 0;
  for (let index = 0; index < agents.length; ) {
    const { state } = agents[index];
    const next = agents.findIndex((agent, at) => at > index && agent.state !== state);
    const group = agents.slice(index, next < 0 ? undefined : next);
    lines.push({ key: `state:${state}`, top, bottom: top + heading, state, count: group.length, keys: [] });
    top += heading;
    for (let at = 0; at < group.length; at += columns) {
      const keys = group.slice(at, at + columns).map(({ agent }) => agent);
      lines.push({ key: `${state}:${at / columns}`, top, bottom: top + height, state: null, count: 0, keys });
      top += height + gap;
    }
    index += group.length;
  }
  return { lines, height: top, columns };
}

/**
 * The lines of which something can be seen.
 *
 * @param {Lines} lines
 * @param {number} top
 * @param {number} bottom
 */
export function linesBetween({ lines }, top, bottom) {
  return lines.filter((line) => line.bottom > top && line.top < bottom);
}
