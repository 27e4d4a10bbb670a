// Adds to pages that are complete without it: copy buttons, regions that stay fresh, no double sending.
"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];

  // <button data-copy="id" data-done="Copied" hidden>: copies the text of #id.
  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
      button.textContent = button.dataset.done;
    });
  }

  // A form is sent once: a second press within five seconds is an impatient one.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button) button.setAttribute("aria-disabled", "true");
    setTimeout(() => { delete form.dataset.sent; button?.removeAttribute("aria-disabled"); }, 5000);
  });
  addEventListener("pageshow", () => { for (const form of all("form[data-sent]")) delete form.dataset.sent; });

  // <section id="x" data-live="/path">: each event on /path fetches this page anew and takes over its #x.
  const regions = all("[data-live][id]");
  const pending = new Map();
  const refresh = async (url) => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of all("[data-live][id]")) {
      const next = fresh.getElementById(old.id);
      if (old.dataset.live !== url || !next || old.contains(document.activeElement) || old.innerHTML === next.innerHTML) continue;
      next.classList.add("fresh");
      old.replaceWith(document.adoptNode(next));
    }
  };
  for (const url of new Set(regions.map((region) => region.dataset.live))) {
    const source = new EventSource(url);
    const soon = () => {
      if (pending.has(url)) return;
      pending.set(url, setTimeout(() => { pending.delete(url); refresh(url).catch(() => {}); }, 300));
    };
    source.addEventListener("message", soon);
    source.addEventListener("changed", soon);
    addEventListener("pagehide", () => source.close());
  }
})();
