/**
 * What a tab says of a live table.
 *
 * @typedef {import("./action_spec.js").ActionSpec} ActionSpec
 *
 * @typedef {object} TableOptions
 * @property {string} name in preferences; also the topic's, by which the link says what is not known
 * @property {string} label what the rows are, for people
 * @property {import("../live/store.js").TableTopic} topic
 * @property {readonly import("./column_layout.js").Column[]} columns
 * @property {import("./table_head.js").Order} order at first
 * @property {string[]} [card] keys of the columns that a card on a phone shows, two a line
 * @property {(value: any) => boolean} [accepts] a filter of the tab's own; after it changed call `refresh()`
 * @property {(items: Map<string, any>) => Iterable<[string, any]>} [rows] makes rows of the topic's items; a row whose
 *   value is the same object has not changed
 * @property {boolean} [timed] whether time alone changes the rows that `rows` makes: they are made anew each second
 * @property {(value: any) => readonly ActionSpec[]} [actions] of the row's menu
 * @property {readonly ActionSpec[]} [quick] buttons in the row
 * @property {boolean} [select] whether rows can be chosen
 * @property {readonly ActionSpec[]} [bulk] what can be done to all that are chosen
 * @property {(value: any) => any} [target] what actions are given
 * @property {(key: string, value: any) => string | null} [open] the address of a row's own view
 * @property {() => string | null} [current] the key of the row whose own view is open
 * @property {(values: any[]) => string} [summary]
 * @property {{icon: string, title: string, text: string}} empty what would be here
 */

export {};
