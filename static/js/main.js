/** The console's start: reads what the server wrote into the page, and wires its parts. */

import { Api } from "./api.js";
import { Capabilities } from "./components/capabilities.js";
import { run, runBulk } from "./components/run_action.js";
import { Toasts } from "./components/toasts.js";
import { LinkBadge } from "./live/badge.js";
import { BROWSER, watchBrowser } from "./live/browser.js";
import { PictureClock, ServerClock, everySecond } from "./live/clock.js";
import { Connection } from "./live/connection.js";
import { Feed } from "./live/feed.js";
import { Session } from "./live/session.js";
import { TopicLeases } from "./live/topics.js";
import { Keys } from "./shell/keys.js";
import { closeMenusOnLeave } from "./shell/menus.js";
import { Preferences } from "./shell/preferences.js";
import { Router } from "./shell/router.js";
import { Search } from "./shell/search.js";
import { Tabs } from "./shell/tabs.js";

/**
 * What the server wrote into the page.
 *
 * @typedef {object} Boot
 * @property {string[]} pbxes those that the user may see
 * @property {string | null} default_pbx
 * @property {{username: string, role: string, limited: boolean}} user
 * @property {string[]} permissions
 * @property {string} csrf_token
 * @property {string} release that of the static files
 * @property {string} root where the console's addresses begin
 * @property {string} time_zone
 */

/**
 * @param {Boot} boot
 * @param {string} pbx
 * @param {HTMLElement} list the tabs
 */
async function startConsole(boot, pbx, list) {
  const permissions = new Set(boot.permissions);
  const clock = new ServerClock();
  const connection = new Connection(clock, BROWSER);
  const feed = new Feed(connection);
  const session = new Session(
    { username: boot.user.username, permissions: boot.permissions, csrfToken: boot.csrf_token },
    async (ended) => (await import("./components/sign_in.js")).askToSignIn(ended),
  );
  session.listen(() => connection.retry());
  const leases = new TopicLeases(feed, pbx);
  const pictureClock = new PictureClock(clock);
  const router = new Router(boot.root);
  const link = leases.lease("pbx").topic;
  const shown = () => leases.names.filter((name) => name !== "pbx");
  const rows = { clock: pictureClock, shown, known: () => shown().some((name) => leases.topic(name).known) };
  const badge = new LinkBadge({ connection, session, clock, rows, pbx, topic: link, release: boot.release });
  const api = new Api(session, pbx);
  /** @type {import("./shell/context.js").Context} */
  const context = Object.freeze({
    pbx,
    feed,
    link,
    clock: pictureClock,
    user: Object.freeze(boot.user),
    timeZone: boot.time_zone,
    api,
    preferences: new Preferences(() => localStorage, boot.user.username, pbx),
    toasts: new Toasts(/** @type {HTMLElement} */ (document.getElementById("toasts"))),
    capabilities: new Capabilities(api, permissions.has("utilities.read"), link, pbx),
    can: (permission) => permissions.has(permission),
    lease: (topic) => leases.lease(topic),
    href: (tab, ...parts) => router.href(tab, ...parts),
    go: (address, options) => router.go(address, options),
    run: (spec, target, options) => run(context, spec, target, options),
    runBulk: (spec, targets) => runBulk(context, spec, targets),
    count: (tab, number) => tabs.count(tab, number),
    notLive: () => badge.notLive(),
    onLive: (listener) => badge.onLive(listener),
  });
  const tabs = new Tabs(list, context, leases);
  watchBrowser(connection, clock);
  everySecond(() => {
    clock.check();
    badge.show();
    tabs.tick();
  });
  connection.connect();
  followOldAddress(router, tabs);
  router.listen((place) => tabs.show(place));
  const box = /** @type {HTMLInputElement} */ (document.getElementById("search"));
  new Keys(tabs, new Search(box, router, (words) => tabs.filter(words)));
  await tabs.show(router.place);
}

/**
 * Addresses of earlier versions named the tab after a hash: `/#queues`.
 *
 * @param {Router} router
 * @param {Tabs} tabs
 */
function followOldAddress(router, tabs) {
  const old = location.hash.slice(1);
  if (router.place.tab === null && tabs.names.includes(old)) {
    router.go(router.href(old), { replace: true });
  }
}

closeMenusOnLeave();
const boot = /** @type {Boot} */ (JSON.parse(document.getElementById("boot")?.textContent ?? "{}"));
const asked = new URLSearchParams(location.search).get("pbx");
const shownPbx = asked !== null && boot.pbxes.includes(asked) ? asked : boot.default_pbx;
const tabList = /** @type {HTMLElement | null} */ (document.querySelector('[role="tablist"]'));
if (shownPbx !== null && tabList) {
  await startConsole(boot, shownPbx, tabList);
}
document.body.dataset.ready = "true";
