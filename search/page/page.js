// The page works without this file. It adds a key that leads to the search box
// and shows all mentions of what the pointer or the focus is on.
"use strict";

document.addEventListener("keydown", (e) => {
  const typing = e.target.closest("input, textarea, select");
  if (e.key === "/" && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) {
    e.preventDefault();
    const box = document.getElementById("q");
    box.focus();
    box.select();
  } else if (e.key === "Escape" && typing) {
    e.target.blur();
  }
});

// Empty fields would only make the address longer.
document.querySelector("form.ask").addEventListener("submit", (e) => {
  for (const field of e.target.elements) {
    if (field.name && field.value.trim() === "") field.disabled = true;
  }
});
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form.ask :disabled")) field.disabled = false;
});

// Mentions of one thing share a ref inside the article they stand in.
const root = (el) => el.closest(".hit, .reading");
const light = (on) => (e) => {
  const el = e.target.closest("[data-ref]");
  if (!el || !root(el)) return;
  for (const other of root(el).querySelectorAll("[data-ref]")) {
    if (other.dataset.ref === el.dataset.ref) other.classList.toggle("lit", on);
  }
};
for (const [on, names] of [[true, ["mouseover", "focusin"]], [false, ["mouseout", "focusout"]]]) {
  for (const name of names) document.addEventListener(name, light(on));
}
