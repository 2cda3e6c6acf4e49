// A camera and a microphone that say the same at the same instant: once a second, for 300 ms, a white picture and a tone
// of `window.hertz`.
(() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
  const paint = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {MediaStream | null} */
  let sound = null;
  let bar = 0;

  function listen() {
    const context = new AudioContext();
    void context.resume();
    // Without an act of the person before, the browser keeps it suspended.
    addEventListener("click", () => void context.resume(), true);
    const gain = new GainNode(context, { gain: 0 });
    const out = new MediaStreamAudioDestinationNode(context);
    const tone = new OscillatorNode(context, { frequency: /** @type {any} */ (window).hertz });
    tone.connect(gain).connect(out);
    tone.start();
    setInterval(() => {
      const on = Date.now() % 1000 < 300;
      gain.gain.value = on ? 0.5 : 0;
      paint.fillStyle = on ? "white" : "black";
      paint.fillRect(0, 0, 320, 240);
      bar = (bar + 3) % 320;
      paint.fillStyle = "gray";
      paint.fillRect(bar, 230, 6, 10);
    }, 20);
    return out.stream;
  }

  navigator.mediaDevices.getUserMedia = async (wanted = {}) => {
    sound ??= listen();
    const tracks = [];
    if (wanted.audio) tracks.push(sound.getAudioTracks()[0].clone());
    if (wanted.video) tracks.push(canvas.captureStream(25).getVideoTracks()[0]);
    return new MediaStream(tracks);
  };
})();
