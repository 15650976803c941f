/**
 * Light and dark: as the system says, unless the reader chose. Loaded before the first paint, so that no page
 * flashes in the wrong colours; that is why it is a plain script and not a module.
 */
(() => {
  const KEY = "amictl-theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  let choice = "system";

  /** @returns {NodeListOf<HTMLInputElement>} */
  const choices = () => document.querySelectorAll("[data-theme-choice]");

  /** @returns {NodeListOf<HTMLElement>} */
  const toggles = () => document.querySelectorAll("[data-theme-toggle]");

  // Storage can be forbidden; then a choice lasts as long as the page.
  const stored = (/** @type {(storage: Storage) => string | null | void} */ access) => {
    try {
      return access(localStorage);
    } catch {
      return null;
    }
  };

  const recall = () => {
    choice = stored((storage) => storage.getItem(KEY)) || "system";
  };

  const show = () => {
    const dark = choice === "dark" || (choice === "system" && system.matches);
    root.dataset.bsTheme = dark ? "dark" : "light";
    for (const input of choices()) {
      input.checked = input.value === choice;
    }
    for (const button of toggles()) {
      button.setAttribute("aria-label", String(dark ? button.dataset.toLight : button.dataset.toDark));
    }
  };

  const choose = (/** @type {string} */ value) => {
    choice = value;
    stored((storage) => storage.setItem(KEY, value));
    show();
  };

  recall();
  show();
  system.addEventListener("change", show);
  addEventListener("storage", (event) => {
    if (event.key === KEY) {
      recall();
      show();
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    show();
    for (const input of choices()) {
      input.addEventListener("change", () => choose(input.value));
    }
    for (const button of toggles()) {
      button.addEventListener("click", () => choose(root.dataset.bsTheme === "dark" ? "light" : "dark"));
    }
  });
})();
