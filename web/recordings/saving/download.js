/** A file on its way from the store to the disk: fetched sealed, opened here, chunk by chunk. Never whole in memory where the
 * browser can write to the disk by itself. */

import { ApiError } from "../../room/wire/api.js";
import { associated, open, readKey } from "../sealed.js";

const TRIES = 4;

/**
 * @typedef {object} Sink where the file goes
 * @property {(plain: Uint8Array<ArrayBuffer>) => Promise<void>} write
 * @property {() => Promise<void>} close the file is whole
 * @property {() => Promise<void>} abort nothing of it is left
 */

/**
 * Raises `ApiError`, `Unreadable`; then nothing of the file is left.
 *
 * @param {import("./api.js").FilesApi} api
 * @param {string} file
 * @param {Sink} sink
 * @param {(done: number) => void} told 0 to 1
 */
export async function download(api, file, sink, told) {
  try {
    const taken = await api.take(file);
    const key = await readKey(taken.key);
    const links = new Links(api, file);
    let written = 0;
    for (let number = 0; number < taken.chunks; number += 1) {
      const place = associated(api.recording, `file#${file}`, String(number).padStart(6, "0"));
      const plain = await open(key, number, place, await sealed(api, links, number));
      await sink.write(plain);
      written += plain.length;
      told((number + 1) / taken.chunks);
    }
    if (written !== taken.bytes) throw new ApiError(0, "cut_short", "");
  } catch (fault) {
    await sink.abort();
    throw fault;
  }
  await sink.close();
}

/**
 * @param {import("./api.js").FilesApi} api
 * @param {Links} links
 * @param {number} number
 */
async function sealed(api, links, number) {
  for (let tried = 1; ; tried += 1) {
    try {
      const found = await api.sealed(await links.of(number));
      if (found) return found;
    } catch (fault) {
      if (!(fault instanceof ApiError) || fault.status || tried === TRIES) throw fault;
    }
    if (tried === TRIES) throw new ApiError(403, "not_there", "");
    links.forget();
  }
}

/** Links to chunks, some at a time: each is good for minutes. */
class Links {
  #first = 0;
  /** @type {string[]} */
  #held = [];

  /**
   * @param {import("./api.js").FilesApi} api
   * @param {string} file
   */
  constructor(api, file) {
    this.api = api;
    this.file = file;
  }

  /** @param {number} number */
  async of(number) {
    if (!this.#held[number - this.#first]) {
      this.#held = await this.api.links(this.file, number);
      this.#first = number;
    }
    return this.#held[number - this.#first];
  }

  forget() {
    this.#held = [];
  }
}
