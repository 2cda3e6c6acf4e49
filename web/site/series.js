/** While a meeting is planned: says in words which dates its series has, as the server understands the form. */

const PAUSE = 250;

/** @param {HTMLFormElement} form */
function follow(form) {
  const words = form.querySelector("[data-series-words]");
  const show = form.querySelector("[data-series-show]");
  if (!(words instanceof HTMLElement) || !(show instanceof HTMLElement)) return;
  show.remove(); // first of the buttons: the Enter key would press it
  let asked = 0;
  let timer = 0;

  async function ask() {
    const turn = ++asked;
    /** @type {Record<string, string>} */
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "invitees" && name !== "csrf") fields[name] = value;
    }
    const token = form.querySelector('input[name="csrf"]');
    try {
      const answer = await fetch("/api/meetings/series", {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "X-CSRF-Token": token instanceof HTMLInputElement ? token.value : "",
        },
        body: JSON.stringify(fields),
      });
      if (answer.ok && turn === asked && words) words.textContent = (await answer.json()).words;
    } catch {
      // Off line for a moment: the next change asks again.
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE);
  });
  void ask();
}

const series = document.querySelector("[data-series]");
if (series?.parentElement instanceof HTMLFormElement) follow(series.parentElement);
