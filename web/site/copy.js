/** Buttons that copy the text of a field: `data-copy` is its id, `data-copied` what the button says then. */

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.getAttribute("data-copy") ?? "");
  if (!(button instanceof HTMLElement) || !(field instanceof HTMLTextAreaElement)) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select(); // the browser keeps its clipboard to itself: the person copies
      return;
    }
    const said = button.querySelector("[role=status]");
    if (said) said.textContent = button.getAttribute("data-copied");
  });
}
