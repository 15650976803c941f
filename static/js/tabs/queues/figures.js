/** The figures of a queue, told the same way wherever they stand. */

import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { icon } from "../../dom.js";
import { clockText, percentText } from "../../format.js";
import { t, tn } from "../../words.js";
import { KINDS, groupLook } from "./activity.js";
import { missedText, todayText } from "./day.js";
import { TONES, abandonedShare } from "./urgency.js";

/** What stands where the PBX does not tell the day's events. */
const NO_DAY = Object.freeze({ offered: 0, waiting: 0, answered: "–", abandoned: "–", service_level_perf: null, asa: null, longest_wait: 0, average_talk: null });

/** Icons beside the words of urgent queues, so that colour is never alone. */
const ICONS = Object.freeze({ calm: "circle-check", warn: "alert-triangle", bad: "alert-circle" });

/**
 * Why a queue is urgent, worst first.
 *
 * @param {import("./urgency.js").Urgency} urgency
 * @param {number} most how many words there is room for
 */
export function reasonPills({ reasons }, most = 1) {
  return reasons.slice(0, most).map(
    ({ level, word }) => html`<span class="state queue-reason" data-tone=${TONES[level]}>${icon(ICONS[level])}${word}</span>`,
  );
}

/**
 * One number with what it is.
 *
 * @param {string} label
 * @param {unknown} value
 * @param {{tone?: string, part?: string, hint?: string}} [look]
 */
export function figure(label, value, { tone = "neutral", part, hint } = {}) {
  return html`<div class="figure" data-tone=${tone} data-figure=${part ?? nothing}>
    <dt>${label}</dt><dd>${value}${hint ? html` <span class="figure-hint">${hint}</span>` : nothing}</dd>
  </div>`;
}

/**
 * How many wait, for how long, and how many could answer.
 *
 * @param {import("./standing.js").Standing} standing
 */
export function presentFigures({ waiting, longest, counts, urgency, value }) {
  return [
    figure(t("Waiting"), waiting, { tone: waiting ? TONES[urgency.wait] : "neutral", part: "waiting" }),
    figure(t("Longest"), clockText(longest), { tone: TONES[urgency.wait], part: "longest" }),
    figure(t("Ready"), counts.ready, { tone: TONES[urgency.members], part: "ready", hint: t("of %(count)s", { count: value.members.length }) }),
  ];
}

/**
 * The day's figures.
 *
 * @param {import("./standing.js").Standing} standing
 * @param {{full?: boolean}} [options] `full`: also those that only the page of the queue has room for
 */
export function dayFigures({ value, urgency }, { full = false } = {}) {
  const { today, service_level: level } = value;
  const shown = today ?? NO_DAY;
  const share = abandonedShare(today);
  const ended = shown.offered > shown.waiting;
  const more = full
    ? [
        figure(t("Longest wait"), clockText(ended ? shown.longest_wait : null), { part: "longest-today" }),
        figure(t("Avg. talk"), clockText(shown.average_talk), { part: "talk" }),
      ]
    : [];
  return [
    figure(t("Answered"), shown.answered, { part: "answered" }),
    figure(t("Abandoned"), shown.abandoned, { part: "abandoned", tone: TONES[urgency.abandoned], hint: share ? percentText(share) : "" }),
    figure(level ? t("Within %(level)s s", { level }) : t("Service level"), percentText(shown.service_level_perf), {
      part: "level",
      tone: TONES[urgency.answered],
    }),
    figure(t("Avg. answer"), clockText(shown.asa), { part: "answer" }),
    ...more,
  ];
}

/**
 * The heading of a day's figures: whose day it is, and what they leave out.
 *
 * @param {import("./standing.js").Today | null} today
 * @param {import("./day.js").DayZone} zone
 * @param {number} now milliseconds since 1970
 */
export function dayNote(today, zone, now) {
  const missed = missedText(today, zone);
  return html`<span class="queue-day">${todayText(zone, now)}</span> ${missed ? html`<span class="queue-missed" data-testid="today-note">${missed}</span>` : nothing}`;
}

/**
 * How many members do what, as a strip of parts and as words.
 *
 * @param {Record<string, number>} counts
 */
export function memberStrip(counts) {
  const present = KINDS.filter((kind) => counts[kind] > 0).map((kind) => ({ kind, ...groupLook(kind) }));
  if (!present.length) {
    return html`<p class="queue-none">${t("No members: nobody answers.")}</p>`;
  }
  return html`<ul class="member-counts" role="list" aria-label=${t("Members by what they do")}>
    ${present.map(({ kind, short, tone }) => html`<li data-tone=${tone} data-kind=${kind}><span class="dot" aria-hidden="true"></span><b>${counts[kind]}</b> ${short}</li>`)}
  </ul>`;
}

/**
 * What the overview comes to, in words.
 *
 * @param {{waiting: number, longest: number | null, urgent: number}} totals
 */
export function totalsText({ waiting, longest, urgent }) {
  const words = [tn("%(count)s caller waiting", "%(count)s callers waiting", waiting)];
  if (longest !== null) {
    words.push(t("longest %(clock)s", { clock: clockText(longest) }));
  }
  words.push(urgent ? tn("%(count)s queue needs a look", "%(count)s queues need a look", urgent) : t("no queue needs a look"));
  return words.join(" · ");
}
