// The paste doctor in the admin's editing forms: text that looks as if it came from Word, or from a
// TCVN3 or VNI document, goes to the server to be cleaned before it enters the field. Any other
// paste is left to the browser. The script's own tag names the address in data-paste-url.
(() => {
  "use strict";

  const ownTag = document.currentScript;
  const WAIT_MS = 8000;
  const READ_THROUGH = ["tcvn3", "vni", "picture", "table"];
  const FORM = "form[data-edit-form]";
  const EDITOR = ".Draftail-Editor";

  const FROM_WORD = /\bmso-|class="?'?Mso|urn:schemas-microsoft-com|<o:p\b/i;
  const LEGACY_FONT = /(?:font-family|face)\s*[:=][^;>]{0,6}(?:\.vn|vni[- ])/i;
  // Pictures inside the HTML are left out anyway and may be megabytes long.
  const DATA_ADDRESS = /(["'])data:[^"']*\1/g;
  const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u2060\ufeff]/;
  const LATIN_1 = /[\u00a1-\u00ff]/;
  const VIETNAMESE_UNICODE = /[ĂăĐđĨĩŨũƠơƯưẠ-ỹ]/;

  const pasteUrl = () =>
    ownTag?.dataset.pasteUrl || document.querySelector("[data-paste-url]")?.dataset.pasteUrl;

  const looksLegacy = (line) => LATIN_1.test(line) && !VIETNAMESE_UNICODE.test(line);

  /** Cheap and generous: the server decides, and gives back unchanged what is in order. */
  const mayNeedCleaning = ({ html, text }) =>
    FROM_WORD.test(html) ||
    LEGACY_FONT.test(html) ||
    INVISIBLE.test(text) ||
    text !== text.normalize("NFC") ||
    text.split("\n").some(looksLegacy);

  const withoutData = (name, value) =>
    name === "html" ? value.replace(DATA_ADDRESS, '""') : value;

  /** Wagtail's CSRF token and the name of its header, from the page's own configuration. */
  const csrfHeaders = () => {
    const config = JSON.parse(document.getElementById("wagtail-config")?.textContent || "{}");
    return config.CSRF_TOKEN ? { [config.CSRF_HEADER_NAME]: config.CSRF_TOKEN } : {};
  };

  /** The server's own word on why it did not clean, fit to be shown. */
  class Refusal extends Error {}

  const clean = async (pasted) => {
    const response = await fetch(pasteUrl(), {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", ...csrfHeaders() },
      body: JSON.stringify(pasted, withoutData),
      signal: AbortSignal.timeout(WAIT_MS),
    });
    const isJson = response.headers.get("Content-Type")?.includes("application/json");
    const answer = isJson ? await response.json() : {};
    const isWhole = Object.keys(pasted).every((name) => typeof answer[name] === "string");
    if (!response.ok || !isWhole) throw new Refusal(answer.error);
    return answer;
  };

  const showMessage = (text, type) => {
    const shown = document.querySelectorAll(".messages li");
    if (!text || [...shown].some((item) => item.textContent.includes(text))) return;
    document.dispatchEvent(new CustomEvent("w-messages:add", { detail: { text, type } }));
  };

  /** One message for all notices: each message takes a line of the screen from the editor. */
  const showNotices = (notices = []) => {
    const mustBeRead = notices.some(({ code }) => READ_THROUGH.includes(code));
    const text = notices.map(({ message }) => message).join(" ");
    showMessage(text, mustBeRead ? "warning" : "success");
  };

  // Pastes that this script makes itself.
  const ownPastes = new WeakSet();

  const pasteInto = (target, { html, text }) => {
    const data = new DataTransfer();
    if (html) data.setData("text/html", html);
    data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", {
      bubbles: true,
      cancelable: true,
      composed: true,
      clipboardData: data,
    });
    ownPastes.add(event);
    target.dispatchEvent(event);
  };

  /** Remembers where a field's text is to go: the caret may have moved by the time it comes. */
  const fieldInserter = (field) => {
    const { value, selectionStart: start, selectionEnd: end } = field;
    return ({ text }) => {
      const moved = field.value !== value;
      let inserted = field.tagName === "TEXTAREA" ? text : text.replace(/\s*[\r\n]+\s*/g, " ");
      if (!moved) field.setSelectionRange(start, end);
      const kept = field.value.length - (field.selectionEnd - field.selectionStart);
      if (field.maxLength >= 0) inserted = inserted.slice(0, Math.max(0, field.maxLength - kept));
      // insertText keeps the browser's undo history; it works only where the focus is.
      const typed =
        document.activeElement === field && document.execCommand("insertText", false, inserted);
      if (typed) return;
      field.setRangeText(inserted, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    };
  };

  const editorInserter = (editor, target) => (answer) => {
    const alive = editor.contains(target) ? target : editor.querySelector("[contenteditable=true]");
    if (alive) pasteInto(alive, answer);
  };

  const isPlainField = (element) =>
    element instanceof HTMLTextAreaElement ||
    (element instanceof HTMLInputElement && ["text", "search"].includes(element.type));

  /** How to insert into the element that was pasted into; null where pasting is none of ours. */
  const inserterFor = (target) => {
    const element = target instanceof Element ? target : target?.parentElement;
    if (!element?.closest(FORM)) return null;
    if (isPlainField(element)) {
      return element.readOnly || element.disabled ? null : fieldInserter(element);
    }
    const editor = element.closest(EDITOR);
    return editor && element.isContentEditable ? editorInserter(editor, element) : null;
  };

  const onPaste = async (event) => {
    if (ownPastes.has(event) || !event.clipboardData || !pasteUrl()) return;
    const pasted = {
      html: event.clipboardData.getData("text/html"),
      text: event.clipboardData.getData("text/plain"),
    };
    // What is copied inside Draftail carries its own lossless form: links, embeds, lists.
    if (!pasted.text || pasted.html.includes("data-draftjs-conductor-fragment")) return;
    if (!mayNeedCleaning(pasted)) return;
    const insert = inserterFor(event.target);
    if (!insert) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const wanted = isPlainField(event.target) || !pasted.html ? { text: pasted.text } : pasted;
    const box = event.target.closest?.(EDITOR) || event.target;
    box.setAttribute?.("aria-busy", "true");
    let answer = pasted;
    try {
      answer = await clean(wanted);
      showNotices(answer.notices);
    } catch (error) {
      // Nothing pasted is lost: it goes in as it came, and is cleaned when the page is saved.
      if (error instanceof Refusal) showMessage(error.message, "error");
    } finally {
      box.removeAttribute?.("aria-busy");
    }
    insert(answer);
  };

  document.addEventListener("paste", onPaste, { capture: true });
})();
