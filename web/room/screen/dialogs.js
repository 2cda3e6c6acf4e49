/** Questions before what can't be undone. */

import { element, make, say } from "./page.js";

/**
 * Asks, with room for a word that may stay empty. Resolves with the word, or null when the person doesn't confirm.
 *
 * @param {string} title
 * @param {string} text what will happen
 * @param {string} label of the word
 * @param {string} yes a verb
 * @returns {Promise<string | null>}
 */
export async function askForWord(title, text, label, yes) {
  const field = make("input", { class: "input", id: "question-word", maxlength: "200", autocomplete: "off" });
  const word = make("div", { class: "field" }, make("label", { for: "question-word" }, label), field);
  const confirmed = ask(title, text, yes);
  const answers = element("question-answers", HTMLFormElement);
  answers.prepend(word);
  // Enter in the field confirms: the first button of a form is the one it presses.
  answers.append(...[...answers.querySelectorAll("button")].reverse());
  return (await confirmed) ? field.value : null;
}

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
