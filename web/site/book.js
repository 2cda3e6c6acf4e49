/** Offers addresses of the company's book while people are being invited; `data-book` marks the field. */

const PAUSE = 200;
const SHORTEST = 2;

/** @typedef {{name: string, email: string}} Entry */

/** @param {HTMLTextAreaElement} field */
function offer(field) {
  const list = document.createElement("ul");
  list.className = "offers";
  list.hidden = true;
  field.after(list);
  let timer = 0;
  let asked = 0;

  /** Where the address begins that is being typed. */
  function begin() {
    const before = field.value.slice(0, field.selectionStart);
    return Math.max(...[",", ";", "\n"].map((sign) => before.lastIndexOf(sign))) + 1;
  }

  /** @param {Entry} entry */
  function take(entry) {
    const from = begin();
    const space = from > 0 && field.value[from - 1] !== "\n" ? " " : "";
    const plain = entry.name.replaceAll('"', "");
    const written = `${space}${plain ? `"${plain}" <${entry.email}>` : entry.email}, `;
    field.setRangeText(written, from, field.selectionStart, "end");
    list.hidden = true;
    field.focus();
  }

  /** @param {Entry} entry */
  function line(entry) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button compact";
    button.textContent = entry.name ? `${entry.name} (${entry.email})` : entry.email;
    button.addEventListener("click", () => take(entry));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  async function ask() {
    const turn = ++asked;
    const typed = field.value.slice(begin(), field.selectionStart).trim();
    /** @type {Entry[]} */
    let entries = [];
    if (typed.length >= SHORTEST) {
      try {
        const answer = await fetch(`/api/book?q=${encodeURIComponent(typed)}`);
        if (answer.ok) entries = (await answer.json()).entries;
      } catch {
        // Off line: people type the whole address.
      }
    }
    if (turn !== asked) return;
    const known = field.value.toLowerCase();
    const fresh = entries.filter(({ email }) => email === typed || !known.includes(email.toLowerCase()));
    list.replaceChildren(...fresh.map(line));
    list.hidden = fresh.length === 0;
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") list.hidden = true;
  });
}

for (const field of document.querySelectorAll("textarea[data-book]")) {
  if (field instanceof HTMLTextAreaElement) offer(field);
}
