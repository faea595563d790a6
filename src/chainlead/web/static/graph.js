// The graph page: the picture with its keys, and parts of the page that change without loading it
// anew. What happens is decided by the server: a form or a link marked `data-quick` or `data-swap`
// is sent as it would be without this file, and the parts of the answer take the place of the old.

import { Moves } from "/static/moves.js";
import { Picture } from "/static/picture.js";

const PARTS = "[data-part]";
const ASK_WAIT = 140; // milliseconds on one thing before its text is asked for

class GraphPage {
  constructor(root) {
    this.root = root;
    this.busy = Promise.resolve();
    for (const each of document.querySelectorAll("[data-script-only]")) each.hidden = false;
    this.take();
    root.addEventListener("submit", (event) => this.onSubmit(event));
    root.addEventListener("click", (event) => this.onClick(event));
    root.addEventListener("change", (event) => {
      if (event.target.closest("form[data-at-once]")) event.target.form.requestSubmit();
    });
    for (const id of ["#undo", "#redo"]) this.ownForm(id);
    window.addEventListener("popstate", () => this.load(location.href, { isKept: true }));
    this.firstLook();
  }

  // ---- the picture

  take() {
    const frame = this.root.querySelector("#picture");
    if (!frame || frame === this.frame) return;
    this.frame = frame;
    if (frame.dataset.zoom) frame.dataset.zoom = Number(frame.dataset.zoom) / 100;
    this.picture = new Picture(frame);
    this.picture.isFixed = Boolean(new URL(location.href).searchParams.get("view"));
    this.moves = new Moves(this.picture, (places) => this.keepPlaces(places));
    frame.addEventListener("keydown", (event) => this.onKey(event));
    frame.addEventListener("click", (event) => {
      const edge = event.target.edge ?? event.target.closest("[data-tail]");
      if (edge) edge.focus({ preventScroll: true });
    });
    frame.addEventListener("dblclick", (event) => {
      if (event.target.closest("[data-fold]")) this.openFold();
    });
    this.picture.addEventListener("chosen", (event) => this.onChosen(event.detail));
    this.picture.addEventListener("gathered", (event) => {
      this.say(this.frame.dataset.several.replace("{count}", event.detail.count));
    });
    this.picture.addEventListener("cleared", () => this.remember("chosen", ""));
    this.picture.addEventListener("zoomed", (event) => {
      const { scale } = event.detail;
      this.remember("zoom", scale === this.picture.usual ? "" : Math.round(scale * 100));
    });
  }

  firstLook() {
    if (!this.picture) return;
    const given = this.frame.dataset.chosen;
    const node = this.picture.nodes.get(given);
    if (node) {
      this.picture.choose(given);
      this.picture.bring(node, { isMiddle: true });
    } else if (given) {
      const edge = this.edgeOf(given);
      if (edge) this.picture.chooseEdge(edge);
    } else if (this.frame.dataset.box) {
      const [x, y] = this.frame.dataset.box.split(",").map(Number);
      this.frame.scrollTo((x - this.picture.box.x) * this.picture.scale, (y - this.picture.box.y) * this.picture.scale);
    } else {
      const origin = this.picture.svg.querySelector('[data-shape="origin"]');
      if (origin) this.picture.bring(this.picture.nodes.get(origin.dataset.key));
    }
  }

  edgeOf(name) {
    return this.picture.edges.find((edge) => `${edge.dataset.tail} ${edge.dataset.head}` === name);
  }

  onChosen({ chosen, lines }) {
    this.remember("chosen", chosen);
    if (lines) this.say(lines[0]);
    else if (this.picture.chosen.size > 1) {
      this.say(this.frame.dataset.several.replace("{count}", this.picture.chosen.size));
    }
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.ask(), ASK_WAIT);
  }

  // What is said about the chosen thing, from the server.
  async ask() {
    const address = new URL(location.href);
    const place = new URL(this.root.dataset.about, address);
    place.search = address.search;
    const answer = await fetch(place, { headers: { accept: "text/html" } });
    if (!answer.ok || address.href !== location.href) return;
    const text = await answer.text();
    const why = this.root.querySelector("#why");
    if (why && address.href === location.href) {
      why.innerHTML = text;
      this.updateBacks();
    }
  }

  onKey(event) {
    if (event.altKey || event.metaKey) return;
    const { key } = event;
    if (event.ctrlKey) {
      if (key !== "Enter") return;
      this.picture.toggle(document.activeElement.dataset.key);
      event.preventDefault();
      return;
    }
    if (event.shiftKey) return;
    const acts = {
      Enter: () => this.enter(),
      x: () => this.fold(),
      s: () => this.root.querySelector("[data-unspent]")?.click(),
      n: () => this.dialog("#note-dialog", "[data-note-form]"),
      m: () => this.dialog("#mark-dialog", "[data-mark-form]"),
      t: () => this.openTag(),
      c: () => this.root.querySelector("#why [data-copy]")?.click(),
      Escape: () => this.picture.clear(),
    };
    const act = acts[key];
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  }

  async enter() {
    if (document.activeElement.dataset.fold) this.openFold();
    else {
      await this.settled();
      this.root.querySelector("#why")?.focus();
    }
  }

  async openFold() {
    await this.press("[data-open-fold]");
  }

  // Press a button of the panel below, once it is about what is chosen.
  async press(selector) {
    await this.settled();
    this.root.querySelector(`#why ${selector}`)?.click();
  }

  async settled() {
    clearTimeout(this.asking);
    const about = this.root.querySelector("#why [data-chosen]")?.dataset.chosen;
    const chosen = this.picture.edgeAt ?? this.picture.at;
    if (about !== chosen) await this.ask();
  }

  // Fold again what was opened; else ask what to fold by hand.
  async fold() {
    if (this.picture.chosen.size <= 1) {
      await this.settled();
      const again = this.root.querySelector("#why [data-close-fold]");
      if (again) {
        again.click();
        return;
      }
    }
    this.foldDialog();
  }

  foldDialog() {
    const dialog = this.root.querySelector("#fold-dialog");
    if (!dialog || !this.picture) return;
    const { nodes } = this.picture;
    const chosen = this.picture.chosen.size ? [...this.picture.chosen] : [this.picture.at];
    const known = chosen.filter((key) => nodes.has(key));
    const isOrigin = (key) => nodes.get(key).element.dataset.shape === "origin";
    const free = known.length > 1 ? known.filter((key) => !isOrigin(key)) : known;
    const said = dialog.querySelector("[data-hand-chosen]");
    const name = free.length ? (nodes.get(free[0]).element.querySelector("text")?.textContent ?? "") : "";
    said.textContent = free.length === 1 ? said.dataset.one.replace("{name}", name) : said.dataset.many.replace("{count}", free.length);
    if (free.length < known.length) said.textContent += ` ${said.dataset.origin}`;
    const kinds = [...dialog.querySelectorAll("input[name=kind]")];
    for (const kind of kinds) {
      kind.disabled = (kind.value === "chosen") !== (free.length > 1);
      kind.checked = kind.value === (free.length > 1 ? "chosen" : "after");
    }
    dialog.querySelector("[data-hand-nodes]").replaceChildren(
      ...free.map((key) => {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name: "node", value: key });
        return field;
      }),
    );
    dialog.querySelector("[data-hand-refused]").hidden = true;
    dialog.showModal();
    dialog.querySelector("input[name=name]").focus();
  }

  // What the server refuses is said in the dialog, where what was written still stands.
  handFolded(form, body) {
    const dialog = form.closest("dialog");
    const refused = (sentences) => {
      const place = dialog.querySelector("[data-hand-refused]");
      place.textContent = sentences.join(" ");
      place.hidden = false;
    };
    const done = () => {
      dialog.close();
      this.picture.only(null);
    };
    this.load(new URL(form.getAttribute("action"), location.href), { body, refused, done, said: this.frame.dataset.folded });
  }

  async openTag() {
    await this.settled();
    const place = this.root.querySelector("#why .about-tag");
    if (!place) return;
    place.open = true;
    place.querySelector("input:not([type=hidden])").focus();
  }

  async dialog(id, selector) {
    await this.settled();
    const form = this.root.querySelector(`#why ${selector}`);
    const dialog = this.root.querySelector(id);
    if (!form || !dialog) return;
    const copy = form.cloneNode(true);
    dialog.querySelector("[data-holds]").replaceChildren(copy);
    dialog.showModal();
    copy.querySelector("textarea, input:not([type=hidden]), button")?.focus();
  }

  // ---- acts

  keepPlaces(places) {
    const own = this.root.querySelector("form[action='graph/places']");
    const body = new URLSearchParams(own ? new FormData(own) : {});
    for (const [key, [x, y]] of places) {
      body.append("node", key);
      body.append("x", x);
      body.append("y", y);
    }
    body.set("back", this.here());
    this.load(new URL("graph/move", location.href), { body, said: this.frame.dataset.moved });
  }

  onSubmit(event) {
    const form = event.target;
    if (!form.matches("[data-quick], [data-swap]")) return;
    event.preventDefault();
    const fields = new FormData(form);
    if (event.submitter?.name) fields.append(event.submitter.name, event.submitter.value);
    const body = new URLSearchParams(fields);
    if (!form.matches("[data-hand-form]")) form.closest("dialog")?.close();
    if (form.method === "get") {
      const place = new URL(form.getAttribute("action") ?? location.href, location.href);
      place.search = body;
      this.load(place);
      return;
    }
    const back = form.querySelector("input[name=back]")?.value;
    if (!form.matches("[data-own-back]") && back !== undefined) body.set("back", this.here());
    if (form.matches("[data-save-view]")) this.addWindow(body);
    if (form.matches("[data-hand-form]")) {
      this.handFolded(form, body);
      return;
    }
    this.load(new URL(form.getAttribute("action"), location.href), { body });
  }

  // A saved view keeps which part was looked at.
  addWindow(body) {
    const { box, scale } = this.picture ?? {};
    if (!box) return;
    const parts = [
      box.x + this.frame.scrollLeft / scale,
      box.y + this.frame.scrollTop / scale,
      this.frame.clientWidth / scale,
      this.frame.clientHeight / scale,
    ];
    body.set("box", parts.map(Math.round).join(","));
  }

  onClick(event) {
    if (event.target.closest("[data-fold-hand]")) {
      this.foldDialog();
      return;
    }
    const zoom = event.target.closest("[data-zoom]");
    if (zoom && zoom.tagName === "BUTTON") {
      this.zoom(zoom.dataset.zoom);
      return;
    }
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (link.dataset.choose && this.choose(link.dataset.choose)) event.preventDefault();
    else if (link.matches("[data-swap]")) {
      event.preventDefault();
      this.load(link.href);
    }
  }

  zoom(way) {
    const ways = {
      smaller: () => this.picture.zoomBy(0.8),
      usual: () => this.picture.zoomTo(this.picture.usual),
      larger: () => this.picture.zoomBy(1.25),
      fit: () => this.picture.fit(),
    };
    ways[way]();
  }

  choose(name) {
    if (!this.picture) return false;
    const node = this.picture.nodes.get(name);
    const edge = node ? null : this.edgeOf(name);
    const element = node?.element ?? edge;
    if (!element) return false;
    this.picture.only(null);
    element.focus({ preventScroll: true });
    if (node) this.picture.bring(node, { isMiddle: true });
    else this.picture.bring(this.picture.nodes.get(edge.dataset.head), { isMiddle: true });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.frame.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    return true;
  }

  ownForm(id) {
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (!form.querySelector(id) || !this.picture) return;
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form));
      body.set("back", this.here());
      this.load(form.action, { body });
    });
  }

  // ---- parts of the page

  here() {
    return `${location.pathname}${location.search}`;
  }

  remember(name, value) {
    const address = new URL(location.href);
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
    history.replaceState(null, "", address);
    this.updateBacks();
  }

  updateBacks() {
    for (const field of document.querySelectorAll("input[name=back]")) {
      if (!field.form.matches("[data-own-back]")) field.value = this.here();
    }
  }

  load(address, options = {}) {
    this.busy = this.busy.then(() => this.loadNow(address, options)).catch(() => location.reload());
    return this.busy;
  }

  async loadNow(address, { body, said, refused, done, isKept = false } = {}) {
    this.root.setAttribute("aria-busy", "true");
    const answer = await fetch(address, body ? { method: "POST", body } : {});
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.root.removeAttribute("aria-busy");
    const fresh = page.querySelector("#workspace");
    if (!fresh && refused && answer.status === 400) {
      refused([...page.querySelectorAll("main > .error, main > .error + p")].map((each) => each.textContent));
      return;
    }
    done?.();
    if (!fresh) {
      document.querySelector("main").replaceWith(document.importNode(page.querySelector("main"), true));
      document.querySelector("main").scrollIntoView();
      return;
    }
    if (answer.url !== location.href && !isKept) history[body ? "replaceState" : "pushState"](null, "", answer.url);
    this.tidyAddress(fresh, Boolean(page.querySelector("form[data-open-now]")));
    const focused = done ? {} : this.focused(); // what was folded by hand is in its box now
    this.swap(fresh);
    for (const around of ["#decisions", "#steps-now"]) {
      const now = page.querySelector(around);
      if (now) document.querySelector(around)?.replaceWith(document.importNode(now, true));
    }
    this.focusAgain(focused);
    if (said) this.say(said);
    const now = this.root.querySelector("form[data-open-now]");
    if (now && !body) now.requestSubmit();
  }

  // The address of the view itself, without the question that led to it.
  tidyAddress(fresh, isUnderWay) {
    const now = new URL(location.href);
    if (isUnderWay || !fresh.dataset.address || !(now.searchParams.has("find") || now.searchParams.has("on"))) return;
    now.search = fresh.dataset.address;
    history.replaceState(null, "", now);
  }

  swap(fresh) {
    const before = new Map(this.picture ? [...this.picture.nodes].map(([key, { x, y }]) => [key, { x, y }]) : []);
    for (const old of this.root.querySelectorAll(PARTS)) {
      const part = fresh.querySelector(`[data-part="${old.dataset.part}"]`);
      if (!part) continue;
      if (old.dataset.part === "picture" && old.id === part.id && this.picture) this.redraw(part);
      else old.replaceWith(document.importNode(part, true));
    }
    for (const each of this.root.querySelectorAll("[data-script-only]")) each.hidden = false;
    this.take();
    this.updateBacks();
    this.fresh = [...(this.picture?.nodes.keys() ?? [])].filter((key) => !before.has(key));
  }

  // The new drawing where the old one was: what stood somewhere is seen at the same place again.
  redraw(part) {
    const { picture, frame } = this;
    const anchor = picture.nodes.get(picture.at) ?? [...picture.nodes.values()][0];
    const seen = anchor && {
      x: (anchor.x - picture.box.x) * picture.scale - frame.scrollLeft,
      y: (anchor.y - picture.box.y) * picture.scale - frame.scrollTop,
    };
    const svg = document.importNode(part.querySelector("svg"), true);
    picture.svg.replaceWith(svg);
    frame.dataset.chosen = part.dataset.chosen;
    const given = part.dataset.chosen;
    picture.adopt(svg);
    const same = anchor && picture.nodes.get(anchor.key);
    if (same) {
      frame.scrollTo(
        (same.x - picture.box.x) * picture.scale - seen.x,
        (same.y - picture.box.y) * picture.scale - seen.y,
      );
    }
    if (given && given !== picture.at && given !== picture.edgeAt) {
      const node = picture.nodes.get(given);
      if (node) {
        picture.only(given);
        picture.at = given;
        picture.adopt(svg);
        picture.bring(node, { isMiddle: true });
      }
    }
  }

  focused() {
    const now = document.activeElement;
    if (this.frame?.contains(now)) return { key: now.dataset.key, edge: this.picture.edgeAt };
    const part = now?.closest?.(PARTS);
    return part && this.root.contains(part) ? { part: part.dataset.part, name: now.name, value: now.value } : { part: "picture" };
  }

  focusAgain({ key, edge, part, name, value }) {
    if (part && part !== "picture") {
      const place = this.root.querySelector(`[data-part="${part}"]`);
      const same = [...(place?.querySelectorAll("input, select, textarea, button") ?? [])].find(
        (each) => name && each.name === name && (each.type !== "checkbox" || each.value === value),
      );
      if (same) same.focus({ preventScroll: true });
      else if (place) {
        place.tabIndex = -1;
        place.focus({ preventScroll: true });
      }
      return;
    }
    if (!this.picture) return;
    const node = this.picture.nodes.get(key) ?? this.picture.nodes.get(this.fresh[0]) ?? this.picture.nodes.get(this.picture.at);
    const line = edge && this.edgeOf(edge);
    if (line) line.focus({ preventScroll: true });
    else node?.element.focus({ preventScroll: true });
  }

  say(text) {
    const place = this.root.querySelector("#graph-said");
    const line = document.createElement("p");
    line.className = "notice";
    line.textContent = text;
    place.replaceChildren(line);
  }
}

const root = document.querySelector("#workspace");
if (root) new GraphPage(root);
