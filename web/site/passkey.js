/** Passkeys in forms (WebAuthn): `data-passkey` asks one and sends the form, `data-passkey-new` makes one first.
 * Their values are the addresses that say what to ask. */

const csrf = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";

/** @typedef {{id: string, type: PublicKeyCredentialType, transports?: AuthenticatorTransport[]}} Descriptor */

/** @param {string} text base64url */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {Descriptor} one */
function descriptor(one) {
  return { ...one, id: bytes(one.id) };
}

/** @param {string} address */
async function asked(address) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: "{}",
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** @param {PublicKeyCredential} credential @param {Record<string, string>} response */
function written(credential, response) {
  const { id, type } = credential;
  return JSON.stringify({ id, rawId: text(credential.rawId), type, response });
}

/** @param {string} address @returns {Promise<string>} what an authenticator answers */
async function given(address) {
  const options = await asked(address);
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: options.allowCredentials.map(descriptor),
  };
  const credential = /** @type {PublicKeyCredential} */ (await navigator.credentials.get({ publicKey }));
  const { authenticatorData, clientDataJSON, signature } = /** @type {AuthenticatorAssertionResponse} */ (
    credential.response
  );
  return written(credential, {
    authenticatorData: text(authenticatorData),
    clientDataJSON: text(clientDataJSON),
    signature: text(signature),
  });
}

/** @param {string} address @returns {Promise<string>} a new credential */
async function made(address) {
  const options = await asked(address);
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(descriptor),
  };
  const credential = /** @type {PublicKeyCredential} */ (await navigator.credentials.create({ publicKey }));
  const { attestationObject, clientDataJSON } = /** @type {AuthenticatorAttestationResponse} */ (credential.response);
  return written(credential, {
    attestationObject: text(attestationObject),
    clientDataJSON: text(clientDataJSON),
  });
}

/**
 * @param {Element} part of a form: a hidden field, a button, a line for what goes wrong
 * @param {() => Promise<string>} answer
 */
function wire(part, answer) {
  const field = part.querySelector("input[type=hidden]");
  const button = part.querySelector("button");
  const line = part.querySelector("[role=alert]");
  const form = part.closest("form");
  if (!(field instanceof HTMLInputElement) || !button || !(line instanceof HTMLElement) || !form) return;
  if (part instanceof HTMLElement) part.hidden = false;
  button.addEventListener("click", async () => {
    line.hidden = true;
    button.disabled = true;
    try {
      field.value = await answer();
      form.requestSubmit();
    } catch {
      line.hidden = false; // refused, cancelled, or none of this device
    } finally {
      button.disabled = false;
    }
  });
}

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey]")) {
    wire(part, () => given(part.getAttribute("data-passkey") ?? ""));
  }
  for (const part of document.querySelectorAll("[data-passkey-new]")) {
    wire(part, () => made(part.getAttribute("data-passkey-new") ?? ""));
  }
} else {
  for (const line of document.querySelectorAll("[data-passkey-none]")) line.removeAttribute("hidden");
}
