/*
 * The first script of a page with a camera, for browsers that understand little: says in a sentence what a newer script
 * could only say by failing. No syntax younger than 2009 here.
 *
 * Two reasons to stop: something the room is built on is missing (AbortSignal.any is the youngest: Chrome 116,
 * Firefox 124, Safari 17.4), or the page sits inside another app's window, which gives no camera.
 */
(function () {
  "use strict";

  function old() {
    return !(
      typeof RTCPeerConnection === "function" &&
      typeof RTCPeerConnection.prototype.addTransceiver === "function" &&
      typeof HTMLDialogElement === "function" &&
      typeof AbortSignal === "function" &&
      typeof AbortSignal.any === "function" &&
      "noModule" in document.createElement("script")
    );
  }

  /** Windows of Facebook, Instagram, Line, LinkedIn, Snapchat, TikTok, WeChat; Android's bare WebView. */
  function inside() {
    var named = /FBAN|FBAV|Instagram|Line\/|LinkedInApp|Snapchat|BytedanceWebview|musical_ly|MicroMessenger|; wv\)/;
    var devices = navigator.mediaDevices;
    return named.test(navigator.userAgent) && !(devices && typeof devices.getUserMedia === "function");
  }

  /** @param {string} id */
  function show(id) {
    var shown = document.getElementById(id);
    if (!shown || !shown.parentNode) return;
    var siblings = shown.parentNode.children;
    for (var at = 0; at < siblings.length; at += 1) siblings[at].setAttribute("hidden", "");
    shown.removeAttribute("hidden");
  }

  function offerAddress() {
    var address = document.getElementById("gate-address");
    var copy = document.getElementById("gate-copy");
    if (!(address instanceof HTMLInputElement) || !copy) return;
    var field = address;
    var button = copy;
    field.value = location.href;
    button.onclick = function () {
      field.select();
      if (document.execCommand("copy")) button.textContent = button.getAttribute("data-done");
    };
  }

  /** A press on the way in before the modules are there is kept for them: on a slow line the page is seen first. */
  function keepPress() {
    var button = document.getElementById("join");
    if (!button) return;
    button.addEventListener("click", function () {
      this.setAttribute("data-pressed", "");
    });
  }

  if (inside()) {
    show("gate-inside");
    offerAddress();
  } else if (old()) {
    show("gate-old");
  } else {
    keepPress();
    return;
  }
  document.documentElement.setAttribute("data-gate", "shut");
})();
