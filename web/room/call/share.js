/** One's own shared screen, with its sound where the browser gives it. */

import { Emitter } from "../emitter.js";

/** @extends {Emitter<{changed: void}>} */
export class Share extends Emitter {
  /** @type {MediaStreamTrack | null} */
  video = null;
  /** @type {MediaStreamTrack | null} */
  audio = null;

  /** @param {MediaDevices | undefined} media */
  constructor(media) {
    super();
    this.media = media;
  }

  get possible() {
    return typeof this.media?.getDisplayMedia === "function";
  }

  /** Lets the person pick a screen. Returns false when they changed their mind or the system forbids it. */
  async start() {
    try {
      const stream = await this.media?.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: true });
      this.#take(stream?.getVideoTracks()[0] ?? null, stream?.getAudioTracks()[0] ?? null);
      return this.video !== null;
    } catch {
      return false;
    }
  }

  stop() {
    this.#take(null, null);
  }

  /**
   * @param {MediaStreamTrack | null} video
   * @param {MediaStreamTrack | null} audio
   */
  #take(video, audio) {
    for (const track of [this.video, this.audio]) {
      if (!track) continue;
      track.onended = null;
      track.stop();
    }
    this.video = video;
    this.audio = audio;
    if (video) {
      video.contentHint = "detail";
      // The browser's own "stop sharing" button.
      video.onended = () => this.stop();
    }
    this.emit("changed", undefined);
  }
}
