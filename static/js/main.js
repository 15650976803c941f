/** The console's start: reads what the server wrote into the page, and wires its parts. */

import { Api } from "./api.js";
import { Capabilities } from "./components/capabilities.js";
import { run, runBulk } from "./components/run_action.js";
import { askToSignIn } from "./components/sign_in.js";
import { Toasts } from "./components/toasts.js";
import { LinkBadge } from "./live/badge.js";
import { BROWSER, watchBrowser } from "./live/browser.js";
import { PictureClock, ServerClock, everySecond } from "./live/clock.js";
import { Connection } from "./live/connection.js";
import { Feed } from "./live/feed.js";
import { Session } from "./live/session.js";
import { TopicLeases } from "./live/topics.js";
import { closeMenusOnLeave } from "./shell/menus.js";
import { Preferences } from "./shell/preferences.js";
import { Router } from "./shell/router.js";
import { Tabs } from "./shell/tabs.js";

async function startConsole(boot, pbx) {
  const permissions = new Set(boot.permissions);
  const clock = new ServerClock();
  const connection = new Connection(clock, BROWSER);
  const feed = new Feed(connection);
  const session = new Session(
    { username: boot.user.username, permissions: boot.permissions, csrfToken: boot.csrf_token },
    askToSignIn,
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
  const context = Object.freeze({
    pbx,
    feed,
    link,
    clock: pictureClock,
    user: Object.freeze(boot.user),
    timeZone: boot.time_zone,
    api,
    preferences: new Preferences(() => localStorage, boot.user.username, pbx),
    toasts: new Toasts(document.getElementById("toasts")),
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
  const tabs = new Tabs(document.querySelector('[role="tablist"]'), context, leases);
  watchBrowser(connection, clock);
  everySecond(() => {
    clock.check();
    badge.show();
    tabs.tick();
  });
  connection.connect();
  followOldAddress(router, tabs);
  router.listen((place) => tabs.show(place));
  await tabs.show(router.place);
}

/** Addresses of earlier versions named the tab after a hash: `/#queues`. */
function followOldAddress(router, tabs) {
  const old = location.hash.slice(1);
  if (router.place.tab === null && tabs.names.includes(old)) {
    router.go(router.href(old), { replace: true });
  }
}

closeMenusOnLeave();
const boot = JSON.parse(document.getElementById("boot").textContent);
const asked = new URLSearchParams(location.search).get("pbx");
const pbx = boot.pbxes.includes(asked) ? asked : boot.default_pbx;
if (pbx !== null && document.querySelector('[role="tab"]')) {
  await startConsole(boot, pbx);
}
document.body.dataset.ready = "true";
