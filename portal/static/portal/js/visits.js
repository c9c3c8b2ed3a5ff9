/* Tells the site that its page has been opened, and shows the numbers that it answers. */
(() => {
  "use strict";
  const tab = () => {
    try {
      return (sessionStorage.portalTab ||= crypto.getRandomValues(new Uint32Array(4)).join("."));
    } catch {
      return "";
    }
  };
  const show = (numbers) => {
    if (numbers.total == null) return;
    const format = new Intl.NumberFormat(document.documentElement.lang);
    for (const place of document.querySelectorAll("[data-visits]")) {
      place.textContent = place.dataset.now || format.format(numbers[place.dataset.visits]);
    }
  };
  const tell = (r, s) =>
    fetch("/_v", {
      method: "POST",
      keepalive: true,
      body: JSON.stringify({ p: location.pathname, n: tab(), r, s }),
    })
      .then((answer) => answer.json())
      .then(show, () => {});
  const opened = () => tell(document.referrer.split("/")[2]);

  if (document.prerendering) document.addEventListener("prerenderingchange", opened, { once: true });
  else addEventListener("load", opened);
  addEventListener("pageshow", (event) => event.persisted && tell());
  setInterval(() => document.hidden || tell("", 1), 240000);
})();
