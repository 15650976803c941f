/** The drawing of a call's lanes on one axis of time, and the list that tells the same. */

import { icon, vars } from "../../dom.js";
import { clockText, timeText } from "../../format.js";
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { t } from "../../words.js";
import { bandText, bandTitle, edgeLook, edgeText, laneParty, laneRole, listLines, noteText } from "./lane_words.js";
import { axisMarks } from "./lanes.js";

/** @typedef {import("./lanes.js").Band} Band */
/** @typedef {import("./lanes.js").CallLanes} CallLanes */
/** @typedef {import("./lanes.js").Lane} Lane */

const ICONS = { caller: "phone-incoming", queue: "users-group", member: "headset", party: "user" };
const MOST_MARKS = 7;

/**
 * Draw lanes. The axis is as long as `--span` says, in seconds: of a call that goes on, `spanOf` moves it.
 *
 * @param {CallLanes} lanes
 * @param {number} now milliseconds of the PBX's clock
 */
export function drawLanes(lanes, now) {
  const span = spanOf(lanes, now);
  return html`<div class="lanes" aria-hidden="true" data-lanes ${vars({ "--span": span })}>
    <div class="lanes-axis"><span class="lane-label"></span><div class="lane-track">${drawMarks(span)}</div></div>
    ${repeat(lanes.lanes, (lane) => lane.key, (lane) => drawLane(lane, lanes, now))}
    <div class="lanes-plane"><div class="lane-track">
      ${axisMarks(span, MOST_MARKS).map((at) => html`<i class="lanes-line" ${vars({ "--at": at })}></i>`)}
      ${lanes.knownFrom === null ? nothing : html`<i class="lanes-unknown" ${vars({ "--at": seconds(lanes, lanes.knownFrom) })}
        title=${t("amictl began to look here; what came before is not known.")}></i>`}
      ${lanes.notes.filter((note) => note.code === "events_missed").map((note) => html`<i class="lanes-gap"
        ${vars({ "--at": seconds(lanes, note.at) })} title=${noteText(note)}></i>`)}
    </div></div>
  </div>`;
}

/**
 * How long the axis is.
 *
 * @param {CallLanes} lanes
 * @param {number} now milliseconds of the PBX's clock
 * @returns {number} seconds
 */
export function spanOf(lanes, now) {
  return Math.max(1, ((lanes.to ?? now) - lanes.from) / 1000);
}

/** @param {CallLanes} lanes @param {number} moment */
function seconds(lanes, moment) {
  return Math.max(0, (moment - lanes.from) / 1000);
}

/** @param {number} span */
function drawMarks(span) {
  return axisMarks(span, MOST_MARKS).map((at) => html`<span class="lanes-mark" ${vars({ "--at": at })}>${clockText(at)}</span>`);
}

/** @param {Lane} lane @param {CallLanes} lanes @param {number} now */
function drawLane(lane, lanes, now) {
  const { name, number } = laneParty(lane);
  return html`<div class="lane" data-kind=${lane.kind} data-alive=${String(lane.alive)}>
    <div class="lane-label" title="${laneRole(lane)}: ${name} ${number}">${icon(ICONS[lane.kind])}
      <span class="lane-name"><bdi>${name}</bdi>${number ? html`<small><bdi>${number}</bdi></small>` : nothing}</span></div>
    <div class="lane-track">${lane.bands.map((band) => drawBand(band, lane, lanes, now))}</div>
  </div>`;
}

/** @param {Band} band @param {Lane} lane @param {CallLanes} lanes @param {number} now */
function drawBand(band, lane, lanes, now) {
  const look = edgeLook(band.edge);
  const ends = band.to === null ? "var(--span)" : seconds(lanes, band.to);
  return html`<div class="band" data-kind=${band.kind} data-open=${String(band.to === null)} data-sure=${String(band.sure)}
    title=${bandTitle(band, lane, now)} ${vars({ "--from": seconds(lanes, band.from), "--to": ends })}>
    <span class="band-text">${bandText(band, lane)}</span><span class="band-span">${clockText(((band.to ?? now) - band.from) / 1000)}</span>
    ${look ? html`<span class="band-edge" data-tone=${look.tone}>${icon(look.icon)}<span>${edgeText(band.edge)}</span></span>` : nothing}
  </div>`;
}

/**
 * The same as a list of sentences, for screen readers and for whoever likes to read it.
 *
 * @param {CallLanes} lanes
 */
export function listLanes(lanes) {
  return html`<ol class="lane-list">
    ${lanes.shortened ? html`<li>${t("Earlier rings may have been left out: a journey keeps 50 steps.")}</li>` : nothing}
    ${repeat(listLines(lanes), (line) => line.key, (line) => html`<li>
      <time datetime=${new Date(line.at).toISOString()}>${timeText(new Date(line.at)).slice(0, 8)}</time>
      <span><bdi>${line.text}</bdi> ${line.to === null ? nothing : html`<span class="lane-span">${clockText((line.to - line.at) / 1000)}</span>`}
      ${line.lasts ? html`<span class="lane-span">${t("still")}</span>` : nothing}
      ${line.edge ? html`<em>${line.edge}</em>` : nothing}</span></li>`)}
  </ol>`;
}
