/** The columns of the overview as a table. */

import { html } from "../../../vendor/lit-html/lit-html.js";
import { text } from "../../components/cells.js";
import { clockText, percentText } from "../../format.js";
import { t } from "../../words.js";
import { dayNote, reasonPills } from "./figures.js";
import { strategyText } from "./strategy.js";
import { TONES, abandonedShare } from "./urgency.js";

/**
 * @typedef {import("./standing.js").Standing} Standing
 * @typedef {import("../../components/column_layout.js").Column} Column
 */

const RANK = Object.freeze({ calm: 0, warn: 1, bad: 2 });
/** More than any weight of an urgency. */
const LEVEL_WEIGHT = 1e6;

/**
 * @param {import("./day.js").DayZone} zone
 * @returns {Column[]}
 */
export function overviewColumns(zone) {
  return [
    { key: "queue", label: t("Queue"), width: "minmax(8rem, 2fr)", sort: nameOf, text: searched, cell: (one) => html`<span class="cut party" dir="auto" title=${nameOf(one)}>${nameOf(one)}</span>` },
    { key: "state", label: t("State"), width: "minmax(11rem, 2fr)", sort: urgencyOf, cell: stateCell },
    figure("waiting", t("Waiting"), (one) => one.waiting, { judge: (one) => one.urgency.wait }),
    figure("longest", t("Longest"), (one) => one.longest, { show: clockText, judge: (one) => one.urgency.wait }),
    figure("ready", t("Ready"), (one) => one.counts.ready),
    figure("talking", t("Talking"), (one) => one.counts.talking),
    figure("paused", t("Paused"), (one) => one.counts.paused),
    { ...figure("members", t("Members"), (one) => one.value.members.length), hidden: true },
    figure("answered", t("Answered"), (one) => one.value.today?.answered),
    figure("abandoned", t("Abandoned"), (one) => one.value.today?.abandoned, { judge: (one) => one.urgency.abandoned }),
    { ...figure("share", t("Abandoned share"), (one) => abandonedShare(one.value.today), { show: percentText }), hidden: true },
    figure("level", t("In service level"), (one) => one.value.today?.service_level_perf, { show: percentText, judge: (one) => one.urgency.answered }),
    figure("asa", t("Avg. answer"), (one) => one.value.today?.asa, { show: clockText }),
    { key: "day", label: t("Day"), hidden: true, width: "minmax(10rem, 2fr)", cell: (one, { clock }) => html`<span class="cut second">${dayNote(one.value.today, zone, clock.now())}</span>` },
    { key: "strategy", label: t("Strategy"), hidden: true, width: "minmax(10rem, 2fr)", sort: (one) => one.value.strategy, cell: text((/** @type {Standing} */ one) => strategyText(one.value.strategy)) },
  ];
}

/**
 * @param {string} key
 * @param {string} label
 * @param {(one: Standing) => number | null | undefined} read
 * @param {{show?: (value: any) => string, judge?: (one: Standing) => import("./urgency.js").Level}} [look]
 * @returns {Column}
 */
function figure(key, label, read, { show = (value) => String(value ?? "–"), judge = () => "calm" } = {}) {
  return {
    key,
    label,
    end: true,
    width: "minmax(5rem, 1fr)",
    sort: (one) => read(one) ?? null,
    text: () => null,
    cell: (one) => html`<span class="number" data-tone=${TONES[judge(one)]}>${show(read(one) ?? null)}</span>`,
  };
}

/** @param {Standing} one */
function nameOf({ queue }) {
  return queue;
}

/**
 * A filter finds a queue by its members, too.
 *
 * @param {Standing} one
 */
function searched({ queue, value }) {
  return [queue, ...value.members.map((member) => `${member.name ?? ""} ${member.interface}`)].join(" ");
}

/** @param {Standing} one */
function stateCell({ urgency }) {
  return urgency.level === "calm" && urgency.reasons.length === 0 ? html`<span class="second">${t("Calm")}</span>` : reasonPills(urgency);
}

/** @param {Standing} one */
function urgencyOf({ urgency }) {
  return RANK[urgency.level] * LEVEL_WEIGHT + urgency.weight;
}
