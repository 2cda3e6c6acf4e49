/** A file whose content goes along in a hidden field of its form, in base64: `data-into` is that field's id. */

for (const input of document.querySelectorAll("input[type=file][data-into]")) {
  const into = document.getElementById(input.getAttribute("data-into") ?? "");
  if (!(input instanceof HTMLInputElement) || !(into instanceof HTMLInputElement)) continue;
  const read = async () => {
    const file = input.files?.[0];
    into.value = file ? await inBase64(file) : "";
  };
  input.addEventListener("change", () => void read());
  if (input.files?.length) void read(); // the browser kept the choice over a reload
}

/** @param {File} file */
async function inBase64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}
