// Keys, messages, progress and the triage list. Every page works without this file; with it, it is
// quicker. What changes on a page is fetched by htmx, which the templates direct.

const isTyping = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    (/^(input|select|textarea)$/i.test(target.tagName) && !/^(checkbox|radio)$/i.test(target.type)));

const told = document.querySelector("#told");
const said = document.querySelector("#said");

// Tell politely, for eyes and for screen readers; `tell("")` takes it away.
function tell(text) {
  told.textContent = text;
  told.classList.toggle("hidden", !text);
  clearTimeout(tell.until);
  if (text) tell.until = setTimeout(() => tell(""), 8000);
}

// ---- the look of the page ----

function switchTheme(event) {
  const root = document.documentElement;
  const isDark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  const wanted = isDark ? "light" : "dark";
  const form = event.target.closest("form");
  const fields = new URLSearchParams(new FormData(form));
  fields.set("theme", wanted);
  event.preventDefault();
  root.dataset.theme = wanted;
  fetch(form.action, { method: "POST", body: fields, redirect: "manual" }).catch(() => {});
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  tell(`${told.dataset.copied} ${button.dataset.copy}`);
}

// ---- what a request without a page load brings ----

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const page = new DOMParser().parseFromString(ctx.text, "text/html");
  const happened = page.querySelector("#main");
  said.replaceChildren(...(happened ? happened.childNodes : [page.body.textContent]));
  said.scrollIntoView({ block: "nearest" });
  ctx.swap = "none";
  ctx.selectOOB = null;
  ctx.push = ctx.replace = null;
});
document.addEventListener("htmx:error", ({ detail }) => {
  if (!detail.ctx?.response) said.textContent = told.dataset.lost;
});
document.addEventListener("htmx:before:request", () => said.replaceChildren());

// ---- runs ----

let hasTyped = false;
document.addEventListener("input", (event) => {
  if (isTyping(event.target) && event.target.type !== "search") hasTyped = true;
});

function followJobs() {
  for (const place of document.querySelectorAll("[data-job]")) {
    const stream = new EventSource(`/jobs/${place.dataset.job}/progress`);
    stream.addEventListener("progress", (event) => {
      place.querySelector("[data-progress]").textContent = event.data;
    });
    stream.addEventListener("end", () => {
      stream.close();
      if (!hasTyped) return location.reload();
      const again = document.createElement("a");
      again.href = location.href;
      again.textContent = told.dataset.again;
      place.replaceChildren(told.dataset.ended, " ", again);
    });
  }
}

// ---- a page that waits for what takes long: its own address answers when that is there ----

async function waitForPage() {
  if (!document.querySelector("[data-waits]")) return;
  try {
    await fetch(location.href, { headers: { "hx-request": "true" } });
    location.reload();
  } catch {
    said.textContent = told.dataset.lost;
  }
}

// ---- the triage list ----

class Triage {
  constructor() {
    this.at = /^#f-[0-9a-f]+$/.test(location.hash) ? location.hash.slice(1) : null;
    this.place = -1;
    document.addEventListener("htmx:after:swap", () => this.show());
    document.addEventListener("change", (event) => this.onTick(event.target));
    document.addEventListener("click", (event) => {
      const row = event.target.closest("#triage tbody tr");
      if (row) this.choose(row, false);
    });
    this.show();
    if (this.at) this.row?.scrollIntoView({ block: "center" });
  }

  get form() {
    return document.querySelector("#triage");
  }

  get rows() {
    return [...document.querySelectorAll("#triage tbody tr")];
  }

  get row() {
    return this.at && document.getElementById(this.at);
  }

  // After a swap: the chosen row is still chosen; where it left the list, the next one is.
  show() {
    const { rows } = this;
    if (this.at && !this.row && rows.length) {
      this.choose(rows[Math.min(Math.max(this.place, 0), rows.length - 1)], true);
    } else if (this.row) {
      this.choose(this.row, false);
    }
    this.count();
  }

  choose(row, moves = true) {
    document.querySelector("#triage tr.chosen")?.classList.remove("chosen");
    row.classList.add("chosen");
    this.at = row.id;
    this.place = this.rows.indexOf(row);
    if (!moves) return;
    row.querySelector("input[type=checkbox]").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    history.replaceState(history.state, "", `#${row.id}`);
  }

  move(by) {
    const { rows } = this;
    if (!rows.length) return;
    const place = this.row ? rows.indexOf(this.row) + by : 0;
    this.choose(rows[Math.max(0, Math.min(rows.length - 1, place))]);
  }

  judge(state) {
    const boxes = [...document.querySelectorAll("#triage [name=finding]")];
    const all = document.querySelector("#tick-list");
    const isMany = all?.checked || boxes.some((box) => box.checked);
    if (!isMany) {
      if (!this.row) return;
      this.row.querySelector("[name=finding]").checked = true;
    }
    this.form.requestSubmit(this.form.querySelector(`button[value=${state}]`));
    for (const box of boxes) box.checked = false;
    if (all) all.checked = false;
    if (!isMany) this.move(1);
  }

  onTick(target) {
    if (target.id === "tick-all") {
      for (const box of document.querySelectorAll("#triage [name=finding]")) box.checked = target.checked;
    }
    if (target.closest?.("#triage")) this.count();
  }

  count() {
    const place = document.querySelector("#ticked");
    if (!place) return;
    const all = document.querySelector("#tick-list");
    const ticked = document.querySelectorAll("#triage [name=finding]:checked").length;
    const count = all?.checked ? Number(all.dataset.count) : ticked;
    const number = count.toLocaleString(document.documentElement.lang);
    place.textContent = count ? place.dataset.said.replace("{count}", number) : "";
  }
}

const triage = document.querySelector("#triage") ? new Triage() : null;
const one = document.querySelector("#judge-one");
const press = (selector) => document.querySelector(selector)?.click();

// ---- keys: the sheet in the page is the table; what it does not list is off ----

const sheet = document.querySelector("#keys");
const doing = new Map(
  [...sheet.querySelectorAll("[data-does]")].map((row) => [row.dataset.key, row.dataset.does]),
);
const judging = (state) => (triage ? triage.judge(state) : press(`#judge-one button[value=${state}]`));
const ACTS = {
  help: () => sheet.showModal(),
  search: () => document.querySelector("[data-search]")?.focus(),
  go: () => { waitsForPage = true; },
  undo: () => press("#undo"),
  next: () => (triage ? triage.move(1) : press("[data-next]")),
  previous: () => (triage ? triage.move(-1) : press("[data-previous]")),
  relevant: () => judging("relevant"),
  noise: () => judging("noise"),
  renew: () => judging("new"),
  tick: () => triage?.row?.querySelector("input[type=checkbox]").click(),
  open: () => triage?.row?.querySelector("a").click(),
  copy: () => (triage ? triage.row : document.querySelector("h1"))?.querySelector("[data-copy]")?.click(),
  list: () => press("[data-list]"),
};
let waitsForPage = false;

function onKey(event) {
  if (isTyping(event.target)) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    press(event.shiftKey ? "#redo" : "#undo");
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (waitsForPage) {
    waitsForPage = false;
    press(`[data-go="${CSS.escape(event.key)}"]`);
    return;
  }
  const act = ACTS[doing.get(event.key)];
  if (!act) return;
  act();
  event.preventDefault();
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  for (const facet of document.querySelectorAll("details.facet[open]")) {
    if (!facet.contains(event.target)) facet.open = false;
  }
});
document.querySelector("#theme-switch").addEventListener("click", switchTheme);
document.querySelector("#open-keys").addEventListener("click", () => sheet.showModal());
followJobs();
waitForPage();
