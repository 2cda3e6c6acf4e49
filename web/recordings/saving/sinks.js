/** Where a browser puts a file: straight to the disk where it can, else as a whole from memory. */

/**
 * Must be called while the person's click still counts. Raises `AbortError` when they change their mind.
 *
 * @param {string} name
 * @param {string} type
 * @returns {Promise<import("./download.js").Sink>}
 */
export async function chooseSink(name, type) {
  const pick = /** @type {any} */ (globalThis).showSaveFilePicker;
  if (!pick) return memorySink(name, type);
  const ending = name.slice(name.lastIndexOf("."));
  const handle = await pick.call(globalThis, { suggestedName: name, types: [{ accept: { [type]: [ending] } }] });
  const stream = await handle.createWritable();
  return {
    write: (plain) => stream.write(plain),
    close: () => stream.close(),
    abort: () => stream.abort().catch(() => {}),
  };
}

/**
 * @param {string} name
 * @param {string} type
 * @returns {import("./download.js").Sink}
 */
function memorySink(name, type) {
  /** @type {Blob[]} */
  let parts = [];
  return {
    write: async (plain) => void parts.push(new Blob([plain])),
    abort: async () => void (parts = []),
    close: async () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(parts, { type }));
      link.download = name;
      link.click();
      parts = [];
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    },
  };
}
