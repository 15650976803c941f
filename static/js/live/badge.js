/** The link badge in the header, its panel of facts, the banner over stale rows, and the controls that need a link. */

import { partsOf, setAttribute, setShown, setText, setTone } from "../dom.js";
import { spanText, timeText } from "../format.js";
import { t } from "../words.js";
import { FeedState } from "./connection.js";
import { clockOffsetText, describeLink, driftText, pollingText, rowGapText, shedText } from "./link.js";

/**
 * @typedef {object} Rows what the badge must know of the rows on the page
 * @property {import("./clock.js").PictureClock} clock by which they are timed
 * @property {() => string[]} shown their topics
 * @property {() => boolean} known whether there are any to speak of
 *
 * @typedef {import("./link.js").Link} Link
 * @typedef {import("./link.js").Truth} Truth
 */

export class LinkBadge {
  #connection;
  #session;
  #clock;
  #rows;
  #pbx;
  #topic;
  #release;
  #badge = partsOf(elementOf("link"));
  #banner = elementOf("stale-banner");
  #bannerParts = partsOf(this.#banner);
  #update = elementOf("update-notice");
  #spoken = "";
  /** @type {Truth | null} */
  #truth = null;
  /** @type {string | null} */
  #reason = "";
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /**
   * @param {object} parts
   * @param {import("./connection.js").Connection} parts.connection
   * @param {import("./session.js").Session} parts.session
   * @param {import("./clock.js").ServerClock} parts.clock
   * @param {Rows} parts.rows
   * @param {string} parts.pbx the PBX that the page shows
   * @param {import("./store.js").TableTopic} parts.topic its topic `pbx`
   * @param {string} parts.release that of the page
   */
  constructor({ connection, session, clock, rows, pbx, topic, release }) {
    this.#connection = connection;
    this.#session = session;
    this.#clock = clock;
    this.#rows = rows;
    this.#pbx = pbx;
    this.#topic = topic;
    this.#release = release;
    connection.listen(() => this.show());
    topic.listen(() => this.show());
    clock.listen(() => this.show());
    addEventListener("online", () => this.show());
    addEventListener("offline", () => this.show());
    this.#bannerParts.login.addEventListener("click", (event) => {
      event.preventDefault();
      this.#session.restore();
    });
    const update = partsOf(this.#update);
    update.reload.addEventListener("click", () => location.reload());
    update.close.addEventListener("click", () => this.#update.remove());
    this.show();
  }

  /**
   * Why nothing can be sent to the PBX now; what is sent after the session ended is sent when it is begun again.
   *
   * @returns {string | null} a sentence; null while it can
   */
  notLive() {
    const may = this.#truth?.live || this.#connection.state === FeedState.REFUSED;
    return may ? null : t("%(label)s. %(reason)s", { label: this.#truth?.label ?? "", reason: this.#truth?.reason ?? "" });
  }

  /**
   * Call a listener when it changes whether something can be sent.
   *
   * @param {() => void} listener
   * @returns {() => void} stops the calls
   */
  onLive(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Write what is true now; called on each change and once a second. */
  show() {
    const link = /** @type {Link | null} */ (this.#topic.items.get(this.#pbx) ?? null);
    const truth = describeLink(this.#readFacts(link), this.#clock);
    const was = this.#reason;
    this.#truth = truth;
    const reason = this.notLive();
    this.#reason = reason;
    setTone(this.#badge.badge, truth.tone);
    setText(this.#badge.label, truth.label);
    setText(this.#badge.short, truth.short);
    this.#speak(truth.short);
    this.#rows.clock.setAhead(link?.clock_offset);
    if (truth.live) {
      this.#rows.clock.release();
    } else {
      this.#rows.clock.hold();
    }
    this.#showBanner(truth, link);
    this.#showFacts(truth, link);
    this.#showUpdate();
    setAttribute(document.body, "data-live", String(truth.live));
    setAttribute(document.body, "data-clock", this.#clock.sure || !truth.live ? "sure" : "unsure");
    for (const fieldset of /** @type {NodeListOf<HTMLFieldSetElement>} */ (document.querySelectorAll("[data-needs-link]"))) {
      fieldset.disabled = reason !== null;
      setAttribute(fieldset, "title", reason);
    }
    if (was !== reason) {
      this.#listeners.forEach((listener) => listener());
    }
  }

  /** @param {Link | null} link */
  #readFacts(link) {
    const { lostAt, state, polls } = this.#connection;
    const lostSeconds = lostAt === null ? null : (this.#clock.now() - lostAt) / 1000;
    const error = this.#topic.error?.detail ?? null;
    return { feed: state, online: navigator.onLine, polls, lostSeconds, link, error };
  }

  /** @param {string} words */
  #speak(words) {
    const kind = words.replace(/\d.*/, "");
    if (kind !== this.#spoken) {
      this.#spoken = kind;
      setText(this.#badge.spoken, t("Link to %(pbx)s: %(state)s", { pbx: this.#pbx, state: kind }));
    }
  }

  /**
   * @param {Truth} truth
   * @param {Link | null} link
   */
  #showBanner(truth, link) {
    const gaps = truth.live ? rowGapText(link?.limits, this.#clock, this.#rows.shown()) : "";
    setShown(this.#banner, !truth.live || Boolean(gaps));
    setShown(this.#bannerParts.login, this.#connection.state === FeedState.REFUSED);
    this.#banner.dataset.tone = truth.tone;
    setText(this.#bannerParts.title, truth.label);
    if (truth.live) {
      setText(this.#bannerParts.detail, gaps);
      return;
    }
    const moment = timeText(new Date(this.#rows.clock.seenAt())).slice(0, 8);
    const shown = t("What you see is the last known picture, from %(moment)s.", { moment });
    setText(this.#bannerParts.detail, this.#rows.known() ? `${truth.reason} ${shown}` : truth.reason);
    const back = new URLSearchParams({ next: location.pathname + location.search + location.hash });
    setAttribute(this.#bannerParts.login, "href", `/login?${back}`);
  }

  /**
   * @param {Truth} truth
   * @param {Link | null} link
   */
  #showFacts(truth, link) {
    const facts = {
      state: truth.label,
      reason: truth.reason === pollingText() ? "" : truth.reason,
      way: this.#connection.polls && pollingText(),
      ...this.#linkFacts(link ?? {}, truth.live),
    };
    for (const [name, text] of Object.entries(facts)) {
      setText(this.#badge[name], text || "");
      const fact = this.#badge[name].closest("[data-fact]");
      fact?.toggleAttribute("hidden", !text);
    }
  }

  /**
   * @param {Partial<Link>} link
   * @param {boolean} live
   */
  #linkFacts(link, live) {
    const { asterisk_version: version, round_trip_ms: trip } = link;
    return {
      note: live && link.detail,
      address: link.address,
      version: version && t("Asterisk %(version)s", { version }),
      trip: typeof trip === "number" && live && t("%(milliseconds)s ms", { milliseconds: trip.toFixed(1) }),
      pbxClock: live && clockOffsetText(link.clock_offset),
      drifts: driftText(link.drifts),
      shed: shedText(link.counters?.shed),
      since: this.#sinceText(link.since),
    };
  }

  /** @param {string | null | undefined} moment */
  #sinceText(moment) {
    const seconds = this.#clock.secondsSince(moment);
    return moment && seconds !== null
      ? t("%(time)s, %(span)s ago", { time: timeText(moment).slice(0, 8), span: spanText(seconds) })
      : "";
  }

  /** A newer amictl answers than the one that this page is of: it goes on working, and is loaded anew when it suits. */
  #showUpdate() {
    const { release } = this.#connection;
    setShown(this.#update, release !== null && release !== this.#release);
  }
}

/** @param {string} id */
function elementOf(id) {
  const element = document.getElementById(id);
  if (!element) {
    throw new Error(`The page has no element ${id}.`);
  }
  return element;
}
