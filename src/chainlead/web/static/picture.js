// The picture of a trail as a thing to look around in: choose, walk along the money, larger and
// smaller, pan, dates that stay on top, a small map. It changes nothing in the case.

const SMALLEST = 0.08;
const LARGEST = 4;
const STEP = 1.25;
const READABLE = [1.25, 1.6]; // letters of the picture are small: at first it is drawn larger
const DATES_HEIGHT = 34;
const NEAR = 30; // two things of one column stand so near each other in x
const SPACE = "http://www.w3.org/2000/svg";

const made = (name, attributes = {}) => {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

export class Picture extends EventTarget {
  constructor(frame) {
    super();
    this.frame = frame;
    this.map = document.querySelector("#minimap");
    const room = frame.clientWidth / Number(frame.querySelector("svg").getAttribute("width"));
    this.usual = Math.max(READABLE[0], Math.min(READABLE[1], room));
    this.scale = Number(frame.dataset.zoom) || this.usual;
    this.chosen = new Set();
    this.isGathering = false; // several are chosen one by one: walking on does not let them go
    this.at = null;
    this.edgeAt = null;
    this.isPanning = false;
    frame.removeAttribute("tabindex");
    frame.addEventListener("keydown", (event) => this.onKey(event));
    frame.addEventListener("focusin", (event) => this.onFocus(event));
    frame.addEventListener("scroll", () => this.drawMap(), { passive: true });
    frame.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.watchPan();
    this.watchPinch();
    this.watchMap();
    new ResizeObserver(() => this.drawMap()).observe(frame);
    this.adopt(frame.querySelector("svg"));
  }

  // Take a drawing: after the first load, and after each act.
  adopt(svg) {
    this.svg = svg;
    const box = svg.viewBox.baseVal;
    this.box = { x: box.x, y: box.y, width: box.width, height: box.height };
    this.nodes = new Map();
    for (const element of svg.querySelectorAll("[data-key]")) {
      const place = Picture.placeOf(element);
      this.nodes.set(element.dataset.key, { key: element.dataset.key, element, ...place });
    }
    this.edges = [...svg.querySelectorAll("[data-tail]")];
    for (const edge of this.edges) {
      edge.setAttribute("tabindex", "-1");
      edge.setAttribute("role", "button");
      edge.setAttribute("aria-label", edge.querySelector("title")?.textContent ?? "");
      // A thin line is hard to hit: a wide one that nobody sees lies over it.
      const hit = made("path", { d: edge.getAttribute("d") ?? "", class: "hit" });
      hit.edge = edge;
      edge.after(hit);
      edge.hit = hit;
    }
    this.chosen = new Set([...this.chosen].filter((key) => this.nodes.has(key)));
    if (!this.chosen.size) this.isGathering = false;
    if (!this.nodes.has(this.at)) this.at = null;
    const first =
      this.nodes.get(this.at)?.element ??
      svg.querySelector('[data-shape="origin"]') ??
      svg.querySelector("[data-key]");
    for (const other of svg.querySelectorAll("[data-key]")) other.setAttribute("tabindex", "-1");
    first?.setAttribute("tabindex", "0");
    this.pinDates();
    this.resize();
    this.show();
  }

  static placeOf(element) {
    if (element.dataset.x !== undefined) {
      return { x: Number(element.dataset.x), y: Number(element.dataset.y) };
    }
    const box = element.getBBox();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  // The dates again, in a strip that stays on top while the picture scrolls below it.
  pinDates() {
    this.dates?.remove();
    const texts = [...this.svg.children].filter(
      (child) => child.tagName === "text" && Number(child.getAttribute("y")) < DATES_HEIGHT,
    );
    this.dates = made("svg", { class: "dates", "aria-hidden": "true", "font-size": "9" });
    this.dates.setAttribute("font-family", this.svg.getAttribute("font-family") ?? "monospace");
    this.dates.setAttribute("viewBox", `${this.box.x} 0 ${this.box.width} ${DATES_HEIGHT}`);
    this.dates.append(
      made("rect", { x: this.box.x, y: 0, width: this.box.width, height: DATES_HEIGHT, class: "dates-ground" }),
      ...texts.map((text) => text.cloneNode(true)),
    );
    this.frame.prepend(this.dates);
  }

  resize() {
    const width = this.box.width * this.scale;
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", this.box.height * this.scale);
    this.dates.setAttribute("width", width);
    this.dates.setAttribute("height", DATES_HEIGHT * this.scale);
    this.dates.style.marginBottom = `${-DATES_HEIGHT * this.scale}px`;
    this.drawMap();
  }

  // ---- choosing

  onFocus(event) {
    const node = event.target.closest("[data-key]");
    const edge = event.target.closest("[data-tail]");
    if (node) this.choose(node.dataset.key);
    else if (edge) this.chooseEdge(edge);
  }

  choose(key, { isAdded = false } = {}) {
    const node = this.nodes.get(key);
    if (!node) return;
    for (const other of this.svg.querySelectorAll("[data-key][tabindex='0']")) other.setAttribute("tabindex", "-1");
    node.element.setAttribute("tabindex", "0");
    if (!this.isGathering) {
      if (!isAdded && !this.chosen.has(key)) this.chosen = new Set();
      this.chosen.add(key);
    }
    const isNew = this.at !== key || this.edgeAt !== null;
    this.at = key;
    this.edgeAt = null;
    this.show();
    if (isNew) this.tell("chosen", { chosen: key });
  }

  // Choose this one and no other.
  only(key) {
    this.chosen = new Set(key ? [key] : []);
    this.isGathering = false;
  }

  // One more among several that are chosen; once more: not this one.
  toggle(key) {
    if (!this.nodes.has(key)) return;
    if (this.isGathering && this.chosen.has(key)) this.chosen.delete(key);
    else this.chosen.add(key);
    this.isGathering = this.chosen.size > 0;
    this.show();
    this.tell("gathered", { count: this.chosen.size });
  }

  chooseEdge(edge) {
    const name = `${edge.dataset.tail} ${edge.dataset.head}`;
    const isNew = this.edgeAt !== name;
    this.edgeAt = name;
    if (!this.isGathering) this.chosen = new Set();
    this.show();
    if (isNew) this.tell("chosen", { chosen: name, lines: [edge.getAttribute("aria-label")] });
  }

  clear() {
    this.only(null);
    this.edgeAt = null;
    this.show();
    this.tell("cleared", {});
  }

  show() {
    for (const { element, key } of this.nodes.values()) {
      element.classList.toggle("chosen", this.chosen.has(key));
      element.classList.toggle("gathered", this.isGathering && this.chosen.has(key));
      element.setAttribute("aria-pressed", String(this.chosen.has(key)));
    }
    for (const edge of this.edges) {
      edge.classList.toggle("chosen", this.edgeAt === `${edge.dataset.tail} ${edge.dataset.head}`);
      edge.classList.toggle("beside", this.chosen.has(edge.dataset.tail) || this.chosen.has(edge.dataset.head));
    }
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  // ---- walking

  onKey(event) {
    if (event.target.closest("dialog") || event.metaKey || event.altKey) return;
    if (event.ctrlKey || event.shiftKey) return;
    const moves = {
      ArrowRight: () => this.along("tail", "head"),
      ArrowLeft: () => this.along("head", "tail"),
      ArrowDown: () => this.beside(1),
      ArrowUp: () => this.beside(-1),
      Home: () => this.outermost(-1),
      End: () => this.outermost(1),
      PageDown: () => this.frame.scrollBy(0, this.frame.clientHeight * 0.8),
      PageUp: () => this.frame.scrollBy(0, -this.frame.clientHeight * 0.8),
      "+": () => this.zoomBy(STEP),
      "-": () => this.zoomBy(1 / STEP),
      0: () => this.zoomTo(this.usual),
      f: () => this.fit(),
      e: () => this.nextEdge(),
    };
    const move = moves[event.key];
    if (!move) return;
    move();
    event.preventDefault();
    event.stopPropagation();
  }

  along(from, to) {
    const edge = this.edges.find((each) => document.activeElement === each);
    if (edge) {
      this.go(this.nodes.get(edge.dataset[to]));
      return;
    }
    const here = this.nodes.get(this.at);
    if (!here) return;
    const ends = this.edges
      .filter((each) => each.dataset[from] === this.at && this.isShown(each))
      .map((each) => this.nodes.get(each.dataset[to]))
      .filter((end) => end && this.isShown(end.element));
    const distance = (end) => Math.abs(end.y - here.y);
    this.go(ends.sort((a, b) => distance(a) - distance(b))[0]);
  }

  beside(by) {
    const here = this.nodes.get(this.at);
    if (!here) return;
    const beyond = [...this.nodes.values()].filter(
      (other) => this.isShown(other.element) && Math.abs(other.x - here.x) < NEAR && (other.y - here.y) * by > 0,
    );
    this.go(beyond.sort((a, b) => (a.y - b.y) * by)[0]);
  }

  outermost(side) {
    const shown = [...this.nodes.values()].filter((node) => this.isShown(node.element));
    this.go(shown.sort((a, b) => (b.x - a.x) * side || a.y - b.y)[0]);
  }

  // The lines of the chosen node, one after the other, and then the node again.
  nextEdge() {
    const own = this.edges.filter(
      (edge) => this.isShown(edge) && (edge.dataset.tail === this.at || edge.dataset.head === this.at),
    );
    const now = own.indexOf(document.activeElement);
    if (now === own.length - 1) this.go(this.nodes.get(this.at));
    else own[now + 1]?.focus({ preventScroll: true });
  }

  isShown(element) {
    return !element.hasAttribute("data-off");
  }

  go(target) {
    if (!target) return;
    target.element.focus({ preventScroll: true });
    this.bring(target);
  }

  // Scroll only as far as needed; with room for the dates on top.
  bring(node, { isMiddle = false } = {}) {
    const { clientWidth, clientHeight } = this.frame;
    const x = (node.x - this.box.x) * this.scale;
    const y = (node.y - this.box.y) * this.scale;
    if (isMiddle) {
      this.frame.scrollTo(x - clientWidth / 2, y - clientHeight / 2);
      return;
    }
    const top = (DATES_HEIGHT + 16) * this.scale;
    const room = Math.min(70, clientWidth / 4);
    const { scrollLeft, scrollTop } = this.frame;
    this.frame.scrollTo(
      Math.max(Math.min(scrollLeft, x - room), x + room - clientWidth),
      Math.max(Math.min(scrollTop, y - top), y + room - clientHeight),
    );
  }

  // ---- size

  zoomBy(factor, around) {
    this.zoomTo(this.scale * factor, around);
  }

  zoomTo(scale, around) {
    const wanted = Math.max(SMALLEST, Math.min(LARGEST, scale));
    const point = around ?? this.middle();
    const x = (this.frame.scrollLeft + point.x) / this.scale;
    const y = (this.frame.scrollTop + point.y) / this.scale;
    this.scale = wanted;
    this.resize();
    this.frame.scrollTo(x * wanted - point.x, y * wanted - point.y);
    this.tell("zoomed", { scale: wanted });
  }

  // What stays where it is while the size changes: the chosen node if it is in sight.
  middle() {
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = this.frame;
    const node = this.nodes.get(this.at);
    if (node) {
      const x = (node.x - this.box.x) * this.scale - scrollLeft;
      const y = (node.y - this.box.y) * this.scale - scrollTop;
      if (x >= 0 && y >= 0 && x <= clientWidth && y <= clientHeight) return { x, y };
    }
    return { x: clientWidth / 2, y: clientHeight / 2 };
  }

  fit() {
    const across = (this.frame.clientWidth - 2) / this.box.width;
    const tallest = Math.max(this.frame.clientHeight, window.innerHeight * 0.65);
    this.zoomTo(Math.min(1.5, across, tallest / this.box.height));
    this.frame.scrollTo(0, 0);
  }

  onWheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const frame = this.frame.getBoundingClientRect();
    const point = { x: event.clientX - frame.left, y: event.clientY - frame.top };
    this.zoomBy(Math.exp(-event.deltaY / 300), point);
  }

  watchPinch() {
    let before = null;
    const measured = (event) => {
      const [a, b] = event.touches;
      const frame = this.frame.getBoundingClientRect();
      return {
        apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
        x: (a.clientX + b.clientX) / 2 - frame.left,
        y: (a.clientY + b.clientY) / 2 - frame.top,
      };
    };
    this.frame.addEventListener("touchmove", (event) => {
      if (event.touches.length !== 2) return;
      event.preventDefault();
      const now = measured(event);
      if (before && before.apart > 0) this.zoomBy(now.apart / before.apart, now);
      before = now;
    }, { passive: false });
    this.frame.addEventListener("touchend", () => { before = null; });
  }

  // ---- panning: the ground with the mouse; with the space bar held, from anywhere

  watchPan() {
    let from = null;
    let isSpaceHeld = false;
    let isSpaceUsed = false; // it moved the picture: letting it go chooses nothing
    const held = (is) => {
      isSpaceHeld = is;
      this.frame.classList.toggle("grab", is);
    };
    this.frame.addEventListener("keydown", (event) => {
      if (event.key !== " " || event.ctrlKey) return;
      if (!event.repeat) isSpaceUsed = false;
      held(true);
      event.preventDefault();
    });
    document.addEventListener("keyup", (event) => {
      if (event.key !== " ") return;
      const { key } = document.activeElement?.dataset ?? {};
      if (isSpaceHeld && !isSpaceUsed && key && this.frame.contains(document.activeElement)) this.toggle(key);
      held(false);
    });
    window.addEventListener("blur", () => held(false));
    this.frame.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      const isGround = !event.target.closest("[data-key], [data-tail], .hit");
      if (!isGround && !isSpaceHeld) return;
      const frame = this.frame.getBoundingClientRect();
      if (event.clientX > frame.left + this.frame.clientWidth || event.clientY > frame.top + this.frame.clientHeight) return;
      isSpaceUsed = true;
      from = { x: event.clientX, y: event.clientY, left: this.frame.scrollLeft, top: this.frame.scrollTop };
      this.isPanning = isSpaceHeld;
      this.frame.setPointerCapture(event.pointerId);
      this.frame.classList.add("grabbing");
      if (isSpaceHeld) event.preventDefault();
    });
    this.frame.addEventListener("pointermove", (event) => {
      if (!from) return;
      this.frame.scrollTo(from.left - (event.clientX - from.x), from.top - (event.clientY - from.y));
    });
    const end = () => {
      from = null;
      this.isPanning = false;
      this.frame.classList.remove("grabbing");
    };
    this.frame.addEventListener("pointerup", end);
    this.frame.addEventListener("pointercancel", end);
    this.frame.addEventListener("lostpointercapture", end);
  }

  // ---- the small map: shown while the picture is larger than its frame

  drawMap() {
    if (!this.map || !this.svg) return;
    const { clientWidth, clientHeight, scrollWidth, scrollHeight, scrollLeft, scrollTop } = this.frame;
    const isLarger = scrollWidth > clientWidth + 4 || scrollHeight > clientHeight + 4;
    this.map.toggleAttribute("hidden", !isLarger);
    if (!isLarger) return;
    if (this.mapped !== this.svg) {
      this.mapped = this.svg;
      this.map.setAttribute("viewBox", `${this.box.x} ${this.box.y} ${this.box.width} ${this.box.height}`);
      const size = Math.max(this.box.width / 90, this.box.height / 40, 6);
      this.map.replaceChildren(
        ...[...this.nodes.values()].map((node) =>
          made("rect", {
            x: node.x - size / 2, y: node.y - size / 2, width: size, height: size,
            class: `map-${node.element.dataset.shape}`,
          }),
        ),
        made("rect", { class: "map-view" }),
      );
    }
    const view = this.map.lastElementChild;
    view.setAttribute("x", this.box.x + scrollLeft / this.scale);
    view.setAttribute("y", this.box.y + scrollTop / this.scale);
    view.setAttribute("width", clientWidth / this.scale);
    view.setAttribute("height", clientHeight / this.scale);
  }

  watchMap() {
    if (!this.map) return;
    const jump = (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.map.getScreenCTM().inverse());
      this.frame.scrollTo(
        (point.x - this.box.x) * this.scale - this.frame.clientWidth / 2,
        (point.y - this.box.y) * this.scale - this.frame.clientHeight / 2,
      );
    };
    this.map.addEventListener("pointerdown", (event) => {
      this.map.setPointerCapture(event.pointerId);
      jump(event);
    });
    this.map.addEventListener("pointermove", (event) => event.buttons && jump(event));
  }
}
