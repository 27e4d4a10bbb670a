// Passkeys for form[data-passkey]: asks the browser's authenticator and sends its answer in the form's hidden fields.
// Pages have another way beside it, which works without.
"use strict";
(() => {
  const forms = [...document.querySelectorAll("form[data-passkey]")];
  if (!window.PublicKeyCredential || !navigator.credentials || forms.length === 0) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const options = (form) => {
    const options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const one of [...(options.allowCredentials ?? []), ...(options.excludeCredentials ?? [])]) one.id = bytes(one.id);
    return options;
  };

  const send = (form, { rawId, response }) => {
    const parts = {
      "id": rawId, "client-data": response.clientDataJSON, "attestation": response.attestationObject,
      "authenticator-data": response.authenticatorData, "signature": response.signature,
      "user-handle": response.userHandle,
    };
    for (const [name, value] of Object.entries(parts)) {
      const field = form.elements.namedItem(name);
      if (field && value) field.value = text(value);
    }
    form.submit();
  };

  // One question at a time: pressing the button takes back the offer that waits in the name field.
  let waiting = { stop: () => {}, ended: Promise.resolve() };
  const ask = async (form, more = {}) => {
    waiting.stop();
    await waiting.ended;
    const control = new AbortController();
    const question = { publicKey: options(form), signal: control.signal, ...more };
    const answer = form.dataset.passkey === "create"
      ? navigator.credentials.create(question) : navigator.credentials.get(question);
    waiting = { stop: () => control.abort(), ended: answer.catch(() => {}) };
    const credential = await answer;
    if (credential) send(form, credential);
  };

  for (const form of forms) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const trouble = form.querySelector("[data-trouble]");
      trouble.hidden = true;
      try { await ask(form); } catch { trouble.hidden = false; }
    });
    if (form.dataset.offers) {
      (async () => {
        if (await PublicKeyCredential.isConditionalMediationAvailable?.()) await ask(form, { mediation: "conditional" });
      })().catch(() => {});
    }
  }
  for (const words of document.querySelectorAll("[data-without-passkeys]")) words.hidden = true;
  for (const part of document.querySelectorAll("[data-with-passkeys]")) part.hidden = false;
})();
