/** The recording as one person lives it: asked, answering, changing one's mind; as a host, asking and stopping. */

export class Recording {
  /** @param {Pick<import("./call.js").Call, "parts" | "say" | "answered">} call */
  constructor(call) {
    this.call = call;
    this.api = call.parts.api;
  }

  /**
   * What is asked now, with its words. Raises `ApiError`.
   *
   * @returns {Promise<import("../wire/messages.js").Question>}
   */
  question() {
    return this.api.recording();
  }

  /**
   * A no takes effect at the worker at once, before the functions have written it down. Raises `ApiError`.
   *
   * @param {import("../wire/messages.js").Question} question as it was shown
   * @param {boolean} agreed
   */
  async answer(question, agreed) {
    if (!agreed) this.call.say({ type: "withdraw" });
    await this.api.answerRecording({ recording: question.recording, agreed, text: question.text.version });
    this.call.answered();
  }

  /** Asks everybody. Raises `ApiError`. */
  async ask() {
    await this.api.askRecording();
  }

  /** Ends it. Raises `ApiError`. */
  async stop() {
    await this.api.stopRecording();
  }
}
