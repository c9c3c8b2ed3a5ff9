/* Helps reading: text size, colours, reading aloud, sharing, printing. The page works without it. */
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  const remember = (key, value) => {
    try {
      if (value) localStorage.setItem(key, value);
      else localStorage.removeItem(key);
    } catch {
      /* The choice then holds for this page only. */
    }
  };

  const choices = (buttons, key, name, standard, valueOf) => {
    const show = () => {
      const now = root.dataset[name] || standard;
      for (const button of buttons) button.setAttribute("aria-pressed", String(valueOf(button) === now));
    };
    for (const button of buttons) {
      button.addEventListener("click", () => {
        const value = valueOf(button);
        if (value === standard) delete root.dataset[name];
        else root.dataset[name] = value;
        remember(key, value === standard ? "" : value);
        show();
      });
    }
    show();
  };

  const panel = one("[data-reading]");
  if (panel) {
    panel.hidden = false;
    choices(all("[data-text-size]", panel), "portal.textSize", "textSize", "1", (b) => b.dataset.textSize);
    choices(all("[data-theme-choice]", panel), "portal.theme", "theme", "auto", (b) => b.dataset.themeChoice);
  }

  // Open panels close with Escape and with a click elsewhere.
  const panels = all("details.reading, details.submenu");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of panels.filter((details) => details.open)) {
      open.open = false;
      one("summary", open).focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const open of panels) if (open.open && !open.contains(event.target)) open.open = false;
  });

  const share = one("[data-share]");
  if (share) {
    const address = one('link[rel="canonical"]')?.href || location.href;
    const said = one("[role=status]", share);
    const copy = one("[data-share-copy]", share);
    if (navigator.clipboard) {
      copy.hidden = false;
      one("button", copy).addEventListener("click", async () => {
        await navigator.clipboard.writeText(address);
        said.textContent = share.dataset.copied;
      });
    }
    const native = one("[data-share-native]", share);
    if (navigator.share) {
      native.hidden = false;
      one("button", native).addEventListener("click", () => {
        navigator.share({ title: document.title, url: address }).catch(() => {});
      });
    }
    const print = one("[data-print]", share);
    print.hidden = false;
    one("button", print).addEventListener("click", () => window.print());
  }

  // Reading aloud, where the device itself has a voice for the language of the page.
  const aloud = one("[data-aloud]");
  const spoken = one("[data-read-aloud]");
  const speech = window.speechSynthesis;
  if (aloud && spoken && speech) {
    const language = root.lang.split("-")[0];
    const button = one("button", aloud);
    const voice = () =>
      speech.getVoices().find((v) => v.localService && v.lang.toLowerCase().replace("_", "-").split("-")[0] === language);
    const offer = () => {
      aloud.hidden = !voice();
    };
    const shown = (reading) => {
      button.textContent = reading ? aloud.dataset.stop : aloud.dataset.start;
      button.setAttribute("aria-pressed", String(reading));
    };
    button.addEventListener("click", () => {
      if (speech.speaking) {
        speech.cancel();
        shown(false);
        return;
      }
      const parts = [one("h1"), one(".article__lead"), ...all("h2, h3, p, li, td, th, blockquote, figcaption", spoken)]
        .filter((part) => part && !part.parentElement.closest("p, li, blockquote, figcaption"))
        .map((part) => part.innerText.trim())
        .filter(Boolean);
      parts.forEach((text, at) => {
        const words = new SpeechSynthesisUtterance(text);
        words.voice = voice();
        words.lang = words.voice.lang;
        if (at === parts.length - 1) words.addEventListener("end", () => shown(false));
        speech.speak(words);
      });
      shown(true);
    });
    speech.addEventListener?.("voiceschanged", offer);
    window.addEventListener("pagehide", () => speech.cancel());
    offer();
  }
})();
