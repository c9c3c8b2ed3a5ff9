/* Applies the reader's choice of text size and colours before the page is painted. */
(() => {
  const root = document.documentElement;
  for (const [key, name] of [["portal.textSize", "textSize"], ["portal.theme", "theme"]]) {
    try {
      const value = localStorage.getItem(key);
      if (value) root.dataset[name] = value;
    } catch {
      /* Storage may be closed to the page; it then looks as the device asks. */
    }
  }
})();
