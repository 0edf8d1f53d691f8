// The page works without this file: every bar, circle, mark and filter is a link.
// It adds what a pointer, a finger and a keyboard can do beyond links.
"use strict";

const $ = (id) => document.getElementById(id);
const go = (url) => { busy(); location.assign(url); };

// A line at the top while the next page is on its way.
let waiting = 0;
const busy = () => { waiting = setTimeout(() => document.body.classList.add("busy"), 150); };
window.addEventListener("pageshow", () => {
  clearTimeout(waiting);
  document.body.classList.remove("busy");
  for (const field of document.querySelectorAll("form.ask :disabled")) field.disabled = false;
});
document.addEventListener("click", (e) => {
  const a = e.target.closest("a[href]");
  if (!a || e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
  const href = a.getAttribute("href");
  if (href.startsWith("/") && !a.hasAttribute("download")) busy();
});

// Empty fields would only make the address longer.
document.querySelector("form.ask").addEventListener("submit", (e) => {
  for (const field of e.target.elements) {
    if (field.name && field.value.trim() === "" && field.name !== "ask") field.disabled = true;
  }
  busy();
});

// Dark or light: the choice is a cookie, so that the server sends the page in it.
const dark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};
const theme = $("theme");
const nameTheme = () => { theme.textContent = dark() ? "Light" : "Dark"; };
theme.hidden = false;
nameTheme();
theme.addEventListener("click", () => {
  const next = dark() ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  document.cookie = `theme=${next}; Path=/; Max-Age=31536000; SameSite=Strict`;
  nameTheme();
});

// Keys.
const help = $("help");
$("keys").hidden = false;
$("keys").addEventListener("click", () => help.showModal());
const step = (by) => {
  const links = [...document.querySelectorAll(".hit h2 a, .hit .of, .tellings h2 a, .short a")];
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
  if (next) { next.focus(); next.scrollIntoView({ block: "center" }); }
};
document.addEventListener("keydown", (e) => {
  const typing = e.target.closest("input, textarea, select");
  if (e.key === "Escape") {
    hideWhy();
    if (typing) e.target.blur();
    return;
  }
  if (typing || e.ctrlKey || e.metaKey || e.altKey || help.open) return;
  const follow = (selector) => { const a = document.querySelector(selector); if (a) go(a.href); };
  switch (e.key) {
    case "/": e.preventDefault(); $("q").focus(); $("q").select(); break;
    case "j": step(1); break;
    case "k": step(-1); break;
    case "n": follow("a[rel=next]"); break;
    case "p": follow("a[rel=prev]"); break;
    case "?": help.showModal(); break;
  }
});

// Why: what a title says, as a card that keyboards and fingers reach too. Lines
// of a title are lines of the card, an empty one parts two readings.
const why = $("why");
const marks = ".n[title], .n[data-why], .ev[title], .ev[data-why], .day[title], .day[data-why], .main-date[title], .main-date[data-why], .list a[title], .list a[data-why]";
let shown = null;
const hideWhy = () => {
  if (shown) shown.removeAttribute("aria-describedby");
  shown = null;
  why.hidden = true;
};
const showWhy = (el, link) => {
  if (el.title) { el.dataset.why = el.title; el.removeAttribute("title"); }
  if (shown && shown !== el) hideWhy();
  why.replaceChildren();
  for (const [i, part] of el.dataset.why.split("\n\n").entries()) {
    if (i) why.append(document.createElement("hr"));
    for (const line of part.split("\n")) {
      const p = document.createElement("p");
      p.textContent = line;
      why.append(p);
    }
  }
  if (link) {
    const a = document.createElement("a");
    a.href = link;
    a.textContent = link.includes("#") ? "Show it in the list" : "Narrow the question to it";
    why.append(a);
  }
  why.hidden = false;
  const at = el.getClientRects()[0], box = why.getBoundingClientRect();
  why.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.width - 8))}px`;
  why.style.top = at.bottom + box.height + 12 < innerHeight ? `${at.bottom + 6}px` : `${Math.max(8, at.top - box.height - 6)}px`;
  el.setAttribute("aria-describedby", "why");
  shown = el;
};
let soon = 0;
document.addEventListener("pointerover", (e) => {
  const el = e.target.closest(marks);
  clearTimeout(soon);
  if (el && e.pointerType !== "touch") {
    if (el.title) { el.dataset.why = el.title; el.removeAttribute("title"); }
    soon = setTimeout(() => showWhy(el), 120);
  }
});
document.addEventListener("pointerout", (e) => {
  clearTimeout(soon);
  if (shown && e.target.closest(marks) === shown && !why.contains(e.relatedTarget)) hideWhy();
});
document.addEventListener("focusin", (e) => {
  const el = e.target.closest(marks);
  if (el && el.matches(":focus-visible")) showWhy(el);
  else if (!why.contains(e.target)) hideWhy();
});
document.addEventListener("click", (e) => { // a finger cannot point without following
  const el = e.target.closest(marks);
  if (el && e.pointerType === "touch" && shown !== el) {
    e.preventDefault();
    e.stopImmediatePropagation();
    clearTimeout(waiting);
    showWhy(el, el.getAttribute("href"));
  } else if (!el && !why.contains(e.target)) hideWhy();
}, true);
addEventListener("scroll", hideWhy, { passive: true });

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

// The question of this page with other parameters, from its first result on. A
// page of one actor leads to its events.
const question = (changes) => {
  const base = document.querySelector("[data-question]");
  const url = new URL(base ? base.dataset.question : location.href, location.href);
  for (const name of ["on", "offset", "after", "asked"]) url.searchParams.delete(name);
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  return url.href;
};

// Dragging over a drawing. start and move get the pointer's place in the
// drawing's own units; end is called if the pointer moved far enough to mean it.
const drag = (svg, { move, end }) => {
  let from = null, far = false;
  const place = (e) => new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const brush = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  brush.setAttribute("class", "brush");
  const stop = () => { from = null; brush.remove(); svg.classList.remove("brushing"); };
  svg.addEventListener("pointerdown", (e) => {
    if (e.button || e.pointerType === "touch") return;
    from = { x: e.clientX, y: e.clientY, at: place(e) };
    far = false;
  });
  svg.addEventListener("dragstart", (e) => e.preventDefault());
  addEventListener("pointermove", (e) => {
    if (!from) return;
    if (!far && Math.hypot(e.clientX - from.x, e.clientY - from.y) < 6) return;
    far = true;
    if (!brush.isConnected) { svg.append(brush); svg.classList.add("brushing"); hideWhy(); }
    move(brush, from.at, place(e));
  });
  addEventListener("pointerup", (e) => {
    if (!from) return;
    const a = from.at, b = place(e);
    stop();
    if (far) end(a, b);
  });
  addEventListener("pointercancel", stop);
  svg.addEventListener("click", (e) => { if (far) { e.preventDefault(); e.stopPropagation(); } far = false; }, true);
};
const span = (a, b) => [Math.min(a, b), Math.max(a, b)];

for (const svg of document.querySelectorAll(".bars")) {
  const bars = [...svg.querySelectorAll("a")];
  const within = (bar) => { const r = bar.querySelector(".all"); return [+r.getAttribute("x"), +r.getAttribute("x") + +r.getAttribute("width")]; };
  const under = (a, b) => {
    const [low, high] = span(a.x, b.x);
    return bars.filter((bar) => { const [x1, x2] = within(bar); return x2 > low && x1 < high; });
  };
  drag(svg, {
    move(brush, a, b) {
      const hit = under(a, b);
      if (!hit.length) return;
      const x1 = within(hit[0])[0], x2 = within(hit.at(-1))[1];
      for (const [k, v] of Object.entries({ x: x1, y: 0, width: x2 - x1, height: 100 })) brush.setAttribute(k, v);
    },
    end(a, b) {
      const hit = under(a, b);
      if (hit.length) go(question({ from: hit[0].dataset.from, to: hit.at(-1).dataset.to }));
    },
  });
  // One stop for the tab key; the arrows go from bar to bar.
  const stop = bars.find((bar) => bar.classList.contains("on")) || bars.at(-1);
  for (const bar of bars) bar.setAttribute("tabindex", bar === stop ? "0" : "-1");
  svg.addEventListener("keydown", (e) => {
    const at = bars.indexOf(document.activeElement);
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 }[e.key];
    if (at < 0 || next === undefined || !bars[next]) return;
    e.preventDefault();
    bars[at].setAttribute("tabindex", "-1");
    bars[next].setAttribute("tabindex", "0");
    bars[next].focus();
  });
}

// The inverse of project in atlas.go: Miller's projection, tenths of a degree.
const miller = (lat) => 1.25 * Math.log(Math.tan(Math.PI / 4 + 0.4 * lat * Math.PI / 180));
const latitude = (y) => (Math.atan(Math.exp((miller(85) - y * Math.PI / 1800) / 1.25)) - Math.PI / 4) / 0.4 * 180 / Math.PI;
const bounded = (x, most) => Math.max(-most, Math.min(most, Math.round(x * 100) / 100));
for (const svg of document.querySelectorAll(".world")) {
  drag(svg, {
    move(brush, a, b) {
      const [x1, x2] = span(a.x, b.x), [y1, y2] = span(a.y, b.y);
      for (const [k, v] of Object.entries({ x: x1, y: y1, width: x2 - x1, height: y2 - y1 })) brush.setAttribute(k, v);
    },
    end(a, b) {
      const [x1, x2] = span(a.x, b.x), [y1, y2] = span(a.y, b.y);
      const box = [bounded(x1 / 10 - 180, 180), bounded(latitude(y2), 90), bounded(x2 / 10 - 180, 180), bounded(latitude(y1), 90)];
      if (box[1] < box[3]) go(question({ box: box.join(",") }));
    },
  });
}
