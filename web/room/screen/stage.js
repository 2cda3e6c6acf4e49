/** The faces, as large as the window allows, and the screen somebody shares. */

import { pack } from "./packing.js";
import { element, play, say } from "./page.js";
import { Tile } from "./tile.js";

const GAP = 8;

export class Stage {
  #stage = element("stage", HTMLElement);
  #tiles = element("tiles", HTMLUListElement);
  #shared = element("shared", HTMLElement);
  #picture = element("shared-picture", HTMLVideoElement);
  #sharer = element("shared-name", HTMLElement);
  /** @type {Map<string, Tile>} */
  #byPerson = new Map();
  #ownPicture = new MediaStream();

  /** @param {import("../call/call.js").Call} call */
  constructor(call) {
    this.call = call;
    call.roster.on("changed", () => this.draw());
    call.on("streams", () => this.draw());
    call.on("up", () => this.draw());
    call.speakers.on("changed", (speaking) => this.#ring(speaking));
    new ResizeObserver(() => this.#pack()).observe(this.#tiles);
    document.addEventListener("visibilitychange", () => this.#look());
  }

  draw() {
    const { people } = this.call.roster;
    for (const [id, tile] of this.#byPerson) {
      if (people.has(id)) continue;
      tile.element.remove();
      this.#byPerson.delete(id);
    }
    for (const person of people.values()) this.#face(person);
    this.#drawShared();
    this.#pack();
  }

  /** @param {import("../wire/messages.js").Participant} person */
  #face(person) {
    let tile = this.#byPerson.get(person.id);
    if (!tile) {
      tile = new Tile(person.id);
      this.#byPerson.set(person.id, tile);
      this.#tiles.append(tile.element);
    }
    const self = person.id === this.call.roster.you;
    const up = self ? this.call.up : person.up;
    tile.show({
      name: person.name,
      self,
      microphone: up.microphone,
      camera: up.camera,
      picture: self ? this.#own() : this.call.picture(person.id, "camera"),
      held: this.#held(person.id, "camera"),
    });
  }

  #own() {
    const { track } = this.call.devices.camera;
    if (this.#ownPicture.getVideoTracks()[0] !== (track ?? undefined)) {
      this.#ownPicture = new MediaStream(track ? [track] : []);
    }
    return this.#ownPicture;
  }

  #drawShared() {
    const sharer = this.call.roster.sharing.find(
      (one) => this.call.picture(one.id, "screen") || this.#held(one.id, "screen"),
    );
    const picture = sharer ? this.call.picture(sharer.id, "screen") : null;
    this.#shared.hidden = !sharer;
    this.#shared.dataset.participant = sharer?.id ?? "";
    const held = sharer && !picture ? ` (${say("held")})` : "";
    this.#sharer.textContent = sharer ? say("screen_of", { name: sharer.name }) + held : "";
    this.#picture.setAttribute("aria-label", this.#sharer.textContent);
    this.#stage.classList.toggle("with-shared", Boolean(sharer));
    play(this.#picture, picture).catch(() => {});
  }

  #pack() {
    const { clientWidth, clientHeight } = this.#tiles;
    if (clientWidth === 0 || this.#byPerson.size === 0) return;
    const tile = pack(this.#byPerson.size, clientWidth, clientHeight, GAP);
    // Set through the object model: the page's policy allows no style attribute.
    this.#tiles.style.setProperty("--tile-width", `${tile.width}px`);
    this.#tiles.style.setProperty("--tile-height", `${tile.height}px`);
    this.#look();
  }

  /** A hidden page looks at nothing. */
  #look() {
    if (document.hidden) return this.call.sight.look([]);
    const faces = [...this.#byPerson].map(([id, { element }]) => place(id, "camera", element));
    const shared = this.#shared.hidden ? [] : [place(this.#shared.dataset.participant ?? "", "screen", this.#picture)];
    this.call.sight.look([...faces, ...shared]);
  }

  /**
   * Whether the way to us is too narrow for a picture.
   *
   * @param {string} participant
   * @param {"camera" | "screen"} source
   */
  #held(participant, source) {
    return this.call.roster.held.has(this.call.roster.seatOf(participant, source));
  }

  /** @param {Set<string>} speaking */
  #ring(speaking) {
    for (const [id, tile] of this.#byPerson) tile.ring(speaking.has(id));
  }
}

/**
 * @param {string} participant
 * @param {"camera" | "screen"} source
 * @param {HTMLElement} box
 * @returns {import("../call/sight.js").Place}
 */
function place(participant, source, box) {
  const scale = devicePixelRatio;
  return { participant, source, width: Math.round(box.clientWidth * scale), height: Math.round(box.clientHeight * scale) };
}
