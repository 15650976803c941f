/**
 * What every tab, component and action is given; made once, by main.js.
 *
 * @typedef {object} Context
 * @property {string} pbx the PBX that the page shows
 * @property {{username: string, role: string, limited: boolean}} user `limited`: to some queues
 * @property {string} timeZone the name of the time zone in which the queues' days begin
 * @property {(permission: string) => boolean} can whether the user has a permission, on this PBX or at all
 * @property {import("../api.js").Api} api
 * @property {import("../live/clock.js").PictureClock} clock the PBX's, by which rows are timed
 * @property {import("../live/feed.js").Feed} feed
 * @property {import("../live/store.js").TableTopic} link the topic `pbx`: what the link to each PBX is
 * @property {import("./preferences.js").Preferences} preferences
 * @property {import("../components/toasts.js").Toasts} toasts
 * @property {import("../components/capabilities.js").Capabilities} capabilities what the PBX cannot do, and why
 * @property {() => string | null} notLive why nothing can be sent now, as a sentence; null while it can
 * @property {(listener: () => void) => () => void} onLive call a listener when `notLive` changes
 * @property {(topic: string) => import("../live/topics.js").Lease} lease keep a topic up to date
 * @property {(tab: string, ...parts: import("./router.js").Part[]) => string} href the address of a view
 * @property {(address: string, options?: {replace?: boolean}) => void} go go to an address that `href` gave
 * @property {(spec: any, target: any, options?: {anchor?: HTMLElement}) => Promise<unknown>} run do what an ActionSpec says
 * @property {(spec: any, targets: readonly any[]) => Promise<unknown>} runBulk do it to several, with a result for each
 * @property {(tab: string, number: number | null) => void} count write a tab's count; null hides it
 */

export {};
