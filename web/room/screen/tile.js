/** One person on the stage. */

import { icon, initials, make, play, say } from "./page.js";

export class Tile {
  #muted = icon("mic-off");
  #name = make("span");
  #avatar = make("div", { class: "avatar", "aria-hidden": "true" });
  #silent = make("span", { class: "visually-hidden" });
  #video = make("video", { playsinline: "", autoplay: "" });

  /** @param {string} participant */
  constructor(participant) {
    this.#video.muted = true;
    this.element = make(
      "li",
      { class: "tile", "data-participant": participant },
      this.#video,
      this.#avatar,
      make("p", { class: "name" }, this.#muted, this.#name, this.#silent),
    );
  }

  /**
   * @param {object} face
   * @param {string} face.name
   * @param {boolean} face.self
   * @param {boolean} face.microphone
   * @param {boolean} face.camera
   * @param {MediaStream | null} face.picture
   * @param {boolean} face.held the way to us is too narrow for it
   */
  show({ name, self, microphone, camera, picture, held }) {
    const seen = camera && picture !== null;
    this.#name.textContent = self ? say("you", { name }) : held ? `${name} (${say("held")})` : name;
    this.#avatar.textContent = initials(name);
    this.#avatar.hidden = seen;
    this.#video.hidden = !seen;
    this.#muted.toggleAttribute("hidden", microphone);
    this.#silent.textContent = microphone ? "" : `, ${say("muted")}`;
    this.element.classList.toggle("self", self);
    this.element.classList.toggle("muted", !microphone);
    // A picture that can't play yet plays with its first frame: `autoplay` is set.
    play(this.#video, seen ? picture : null).catch(() => {});
  }

  /** @param {boolean} speaking */
  ring(speaking) {
    this.element.classList.toggle("speaking", speaking);
  }
}
