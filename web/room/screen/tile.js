/** One picture on the stage: a face, or a screen somebody shares. */

import { icon, initials, make, play, say } from "./page.js";

/** @typedef {import("../call/view.js").Face} Face */

export class Tile {
  #muted = icon("mic-off");
  #name = make("span");
  #avatar = make("div", { class: "avatar", "aria-hidden": "true" });
  #silent = make("span", { class: "visually-hidden" });
  #network = make("span", { class: "network" });
  #pin = make("button", { type: "button", class: "control small pin" }, make("span", { class: "disc" }, icon("pin")));
  video = make("video", { playsinline: "", autoplay: "" });

  /**
   * @param {Face} face
   * @param {() => void} onPin
   */
  constructor(face, onPin) {
    this.face = face;
    this.video.muted = true;
    this.element = make(
      "li",
      { class: `tile ${face.source}`, "data-participant": face.participant, "data-source": face.source },
      this.video,
      this.#avatar,
      make("p", { class: "name" }, this.#muted, this.#name, this.#silent, this.#network),
      this.#pin,
    );
    this.#pin.addEventListener("click", onPin);
  }

  /**
   * @param {object} sight
   * @param {string} sight.name of the person
   * @param {boolean} sight.self
   * @param {boolean} sight.mirrored
   * @param {boolean} sight.pinned
   * @param {boolean} sight.microphone
   * @param {boolean} sight.camera whether the picture is on
   * @param {MediaStream | null} sight.picture
   * @param {"fair" | "poor" | undefined} sight.network where it is not well
   * @param {"bandwidth" | "codec" | undefined} sight.held why its picture is held back
   * @param {boolean} sight.unrecorded the meeting is recorded, this person is not
   */
  show({ name, self, mirrored, pinned, microphone, camera, picture, network, held, unrecorded }) {
    const screen = this.face.source === "screen";
    const seen = camera && picture !== null;
    const words = screen ? say("screen_of", { name }) : self ? say("you", { name }) : name;
    const marks = held ? [say(held === "codec" ? "unreadable" : "held")] : [];
    if (unrecorded) marks.push(say("unrecorded"));
    this.#name.textContent = marks.length > 0 ? `${words} (${marks.join(", ")})` : words;
    this.#avatar.textContent = initials(name);
    this.#avatar.hidden = seen;
    this.video.hidden = !seen;
    this.#muted.toggleAttribute("hidden", microphone || screen);
    this.#silent.textContent = microphone || screen ? "" : `, ${say("muted")}`;
    this.#drawNetwork(screen ? undefined : network);
    this.#pin.setAttribute("aria-label", say("pin", { name: words }));
    this.#pin.setAttribute("aria-pressed", String(pinned));
    this.element.classList.toggle("self", self);
    this.element.classList.toggle("mirrored", self && mirrored && !screen);
    this.element.classList.toggle("muted", !microphone && !screen);
    // A picture that can't play yet plays with its first frame: `autoplay` is set.
    play(this.video, seen ? picture : null).catch(() => {});
  }

  /** @param {"fair" | "poor" | undefined} grade */
  #drawNetwork(grade) {
    if (this.#network.dataset.grade === (grade ?? "")) return;
    this.#network.dataset.grade = grade ?? "";
    this.#network.hidden = !grade;
    const words = make("span", { class: "visually-hidden" }, grade ? `, ${say(`network_${grade}`)}` : "");
    this.#network.replaceChildren(icon(grade === "poor" ? "wifi-off" : "wifi"), words);
    this.#network.title = grade ? say(`network_${grade}`) : "";
  }

  /**
   * Set through the object model: the page's policy allows no style attribute.
   *
   * @param {import("./packing.js").Box} box
   * @param {boolean} main
   */
  stand(box, main) {
    for (const [name, pixels] of Object.entries(box)) this.element.style.setProperty(`--tile-${name}`, `${pixels}px`);
    this.element.classList.toggle("main-face", main);
  }

  /** @returns {MediaStream | null} */
  get picture() {
    return /** @type {MediaStream | null} */ (this.video.srcObject);
  }

  /** @param {boolean} speaking */
  ring(speaking) {
    this.element.classList.toggle("speaking", speaking);
  }
}
