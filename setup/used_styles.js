/**
 * Writes static/vendor/tabler.css: of Tabler's stylesheet the rules, variables and animations that the templates,
 * scripts and stylesheets use, a fifth of what it compresses to as a whole.
 *
 * A class is found wherever its whole name stands in a source, so no name may be put together from pieces; those
 * that are stand in KEPT.
 */

import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { PurgeCSS } from "purgecss";

const PUBLISHED = "node_modules/@tabler/core/dist/css/tabler.min.css";
const MADE = "static/vendor/tabler.css";
const KEPT = [
  /^alert-(danger|info|success|warning)$/, // templates/admin/base.html: by the category of a message
  /^data-bs-theme/, // set by theme.js
];

/** Tabler's, whose names are words that the scripts use for something else. */
const NOT_OURS = ["popover", "signal", "steps", "step-item", "toast", "tooltip"];

const [root, ...others] = process.argv.slice(2);
const roots = [root, ...others]; // of more than one tree only where several share one static/vendor
const sources = (pattern) => roots.flatMap((tree) => globSync(join(tree, pattern)));

const [{ css }] = await new PurgeCSS().purge({
  content: [...sources("templates/**/*.html"), ...sources("static/js/**/*.js")],
  css: [join(root, PUBLISHED), ...sources("static/css/**/*.css")],
  variables: true,
  keyframes: true,
  fontFace: true,
  safelist: KEPT,
  blocklist: NOT_OURS,
});
writeFileSync(join(root, MADE), css);
