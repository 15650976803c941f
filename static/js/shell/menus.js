/** The header's menus are `<details>`: they work alone, and here they learn to close. */

/** Close an open menu when the reader clicks or tabs elsewhere, or presses Escape. */
export function closeMenusOnLeave() {
  const menus = [.../** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details[data-menu]"))];
  const closeOthers = (/** @type {EventTarget | null} */ target) => {
    for (const menu of menus) {
      if (menu.open && !menu.contains(/** @type {Node | null} */ (target))) {
        menu.open = false;
      }
    }
  };
  document.addEventListener("pointerdown", (event) => closeOthers(event.target));
  document.addEventListener("focusin", (event) => closeOthers(event.target));
  document.addEventListener("keydown", (event) => {
    const open = menus.find((menu) => menu.open);
    if (event.key === "Escape" && open) {
      open.open = false;
      open.querySelector("summary")?.focus();
    }
  });
  for (const select of /** @type {NodeListOf<HTMLSelectElement>} */ (document.querySelectorAll("select[data-go]"))) {
    select.addEventListener("change", () => select.form?.requestSubmit());
  }
}
