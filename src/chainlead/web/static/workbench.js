// Keys, progress and the triage list. Every page works without this file; with it, it is quicker.

const isTyping = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(input|select|textarea)$/i.test(target.tagName));

function switchTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}

class Triage {
  constructor(form) {
    this.form = form;
    this.rows = [...form.querySelectorAll("tbody tr")];
    this.at = -1;
    form.querySelector("#tick-all")?.addEventListener("change", (event) => {
      for (const box of this.boxes()) box.checked = event.target.checked;
    });
  }

  boxes() {
    return this.rows.map((row) => row.querySelector("input[type=checkbox]"));
  }

  move(by) {
    if (!this.rows.length) return;
    this.rows[this.at]?.classList.remove("chosen");
    this.at = Math.max(0, Math.min(this.rows.length - 1, this.at + by));
    const row = this.rows[this.at];
    row.classList.add("chosen");
    row.querySelector("input[type=checkbox]").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    history.replaceState(null, "", `#row-${this.at}`);
  }

  judge(state) {
    const boxes = this.boxes();
    if (!boxes.some((box) => box.checked)) {
      if (this.at < 0) return;
      boxes[this.at].checked = true;
    }
    const back = this.form.querySelector("input[name=back]");
    back.value = `${location.pathname}${location.search}#row-${Math.max(this.at, 0)}`;
    this.form.requestSubmit(this.form.querySelector(`button[value=${state}]`));
  }

  key(key) {
    if (key === "j") this.move(1);
    else if (key === "k") this.move(-1);
    else if (key === "r") this.judge("relevant");
    else if (key === "n") this.judge("noise");
    else if (key === "w") this.judge("new");
    else if (key === "x" && this.at >= 0) this.boxes()[this.at].click();
    else return false;
    return true;
  }
}

function followJobs() {
  for (const place of document.querySelectorAll("[data-job]")) {
    const stream = new EventSource(`/jobs/${place.dataset.job}/progress`);
    stream.addEventListener("progress", (event) => {
      place.querySelector("[data-progress]").textContent = event.data;
    });
    stream.addEventListener("end", () => {
      stream.close();
      location.reload();
    });
  }
}

async function refreshSteps() {
  const place = document.querySelector("[data-refresh]");
  for (let tries = 0; place && tries < 600; tries += 1) {
    await new Promise((wake) => setTimeout(wake, 1000));
    const answer = await fetch(place.dataset.refresh);
    if (answer.status === 202) continue;
    if (answer.ok) place.innerHTML = await answer.text();
    return;
  }
}

const form = document.querySelector("#triage");
const triage = form ? new Triage(form) : null;
const keys = document.querySelector("#keys");
let waitsForPage = false;

function onKey(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !isTyping(event.target)) {
    document.querySelector(event.shiftKey ? "#redo" : "#undo")?.click();
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (isTyping(event.target) && event.target.type !== "checkbox") return;
  if (document.querySelector("dialog[open]") && event.key !== "Escape") return;
  const { key } = event;
  if (waitsForPage) {
    waitsForPage = false;
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link) location.assign(link.href);
    return;
  }
  if (key === "g") waitsForPage = true;
  else if (key === "?") keys.showModal();
  else if (key === "/") document.querySelector("[data-search]")?.focus();
  else if (key === "u") document.querySelector("#undo")?.click();
  else if (!triage?.key(key)) return;
  event.preventDefault();
}

document.addEventListener("keydown", onKey);
document.querySelector("#theme-switch").addEventListener("click", switchTheme);
document.querySelector("#open-keys").addEventListener("click", () => keys.showModal());
followJobs();
refreshSteps();
const row = /^#row-(\d+)$/.exec(location.hash);
if (row && triage) triage.move(Number(row[1]) + 1);
