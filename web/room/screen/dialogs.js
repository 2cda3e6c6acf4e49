/** Questions before what can't be undone. */

import { element, make, say } from "./page.js";

/**
 * Asks, and resolves with true when the person confirms.
 *
 * @param {string} title
 * @param {string} text what will happen
 * @param {string} yes a verb
 * @returns {Promise<boolean>}
 */
export async function ask(title, text, yes) {
  const dialog = element("question", HTMLDialogElement);
  element("question-title", HTMLElement).textContent = title;
  element("question-text", HTMLElement).textContent = text;
  element("question-answers", HTMLFormElement).replaceChildren(
    make("button", { class: "button", value: "", autofocus: "" }, say("cancel")),
    make("button", { class: "button danger", value: "yes" }, yes),
  );
  return (await answer(dialog)) === "yes";
}

/**
 * Shows a dialog and resolves with the value of the button that closed it; empty when Escape did.
 *
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<string>}
 */
export function answer(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}
