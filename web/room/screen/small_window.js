/** A small window over all others: who speaks or what is shared, while one works elsewhere. */

import { element, make, play, say } from "./page.js";
import { place } from "./stage.js";

/** Pixels. */
const SIZE = { width: 400, height: 260 };

/** @typedef {{requestWindow: (size: {width: number, height: number}) => Promise<Window>}} DocumentPictureInPicture */

export class SmallWindow {
  #video = make("video", { class: "small-window", autoplay: "", playsinline: "" });
  #name = make("p", { class: "name" });
  /** @type {Window | null} a document of ours, where the browser knows such windows */
  #window = null;

  /**
   * @param {import("../call/call.js").Call} call
   * @param {import("./stage.js").Stage} stage
   * @param {() => void} onChange opened or closed
   */
  constructor(call, stage, onChange) {
    this.call = call;
    this.stage = stage;
    this.onChange = onChange;
    this.#video.muted = true;
    const draw = () => this.open && this.#draw();
    call.speakers.on("changed", draw);
    call.roster.on("changed", draw);
    call.on("streams", draw);
    call.on("state", (state) => state === "over" && this.#close());
    this.#video.addEventListener("leavepictureinpicture", () => this.#closed());
  }

  get open() {
    return this.#window !== null || document.pictureInPictureElement === this.#video;
  }

  /** @returns {Promise<string>} why it could not be opened, as a word's key; empty when all is well */
  async toggle() {
    if (this.open) return this.#close();
    if (!this.stage.principal) return "nobody_to_show";
    try {
      const documents = /** @type {{documentPictureInPicture?: DocumentPictureInPicture}} */ (window).documentPictureInPicture;
      await (documents ? this.#openDocument(documents) : this.#openVideo());
    } catch {
      return "no_small_window";
    }
    this.#draw();
    this.onChange();
    return "";
  }

  /** @param {DocumentPictureInPicture} documents */
  async #openDocument(documents) {
    const small = await documents.requestWindow(SIZE);
    for (const sheet of document.querySelectorAll('link[rel="stylesheet"]')) {
      small.document.head.append(sheet.cloneNode());
    }
    small.document.body.className = "small-window-body";
    small.document.documentElement.lang = document.documentElement.lang;
    small.document.title = document.title;
    small.document.body.append(this.#video, this.#name);
    small.addEventListener("pagehide", () => this.#closed());
    this.#window = small;
  }

  async #openVideo() {
    // It must play in the page to be taken out of it.
    element("live", HTMLElement).append(this.#video);
    await play(this.#video, this.stage.principal?.picture ?? null);
    await this.#video.requestPictureInPicture();
  }

  #draw() {
    const tile = this.stage.principal;
    const name = tile ? (this.call.roster.people.get(tile.face.participant)?.name ?? "") : "";
    this.#name.textContent = tile?.face.source === "screen" ? say("screen_of", { name }) : name;
    play(this.#video, tile?.picture ?? null).catch(() => {});
    this.stage.elsewhere = tile ? [{ ...place(tile.face, this.#video) }] : [];
    this.stage.look();
  }

  #close() {
    this.#window?.close();
    if (document.pictureInPictureElement === this.#video) void document.exitPictureInPicture();
    this.#closed();
    return "";
  }

  #closed() {
    this.#window = null;
    this.#video.remove();
    this.#video.srcObject = null;
    this.stage.elsewhere = [];
    this.stage.look();
    this.onChange();
  }
}
