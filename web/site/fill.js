/** Fills in what the browser knows better than the person: today the time zone of a form that asks for it. */

for (const field of document.querySelectorAll('input[data-fill="timezone"]')) {
  if (field instanceof HTMLInputElement && !field.value) {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  }
}
