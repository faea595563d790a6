// The picture of a trail: walk along the money with the arrow keys, read why, find, look closer.
// One stop for the tab key; inside, the arrows move (roving tab index). Without this file the
// picture and the table beside it say the same.

const SCALES = [0.35, 0.5, 0.7, 1, 1.4, 2, 2.8];

class Picture {
  constructor(place) {
    this.place = place;
    this.svg = place.querySelector("svg");
    this.why = document.querySelector("#why");
    this.nodes = new Map();
    for (const node of this.svg.querySelectorAll("[data-key]")) {
      const box = node.getBBox();
      this.nodes.set(node.dataset.key, { node, x: box.x + box.width / 2, y: box.y + box.height / 2 });
    }
    this.edges = [...this.svg.querySelectorAll("[data-tail]")];
    this.at = null;
    this.scale = SCALES.indexOf(1);
    this.width = Number(this.svg.getAttribute("width"));
    this.height = Number(this.svg.getAttribute("height"));
    const first = this.svg.querySelector('[data-shape="origin"]') ?? this.svg.querySelector("[data-key]");
    first?.setAttribute("tabindex", "0");
    place.removeAttribute("tabindex");
    this.svg.addEventListener("focusin", (event) => this.choose(event.target.closest("[data-key]")));
    this.svg.addEventListener("click", (event) => {
      const node = event.target.closest("[data-key]");
      if (node) node.focus();
      else this.readEdge(event.target.closest("[data-tail]"));
    });
    place.addEventListener("keydown", (event) => this.onKey(event));
  }

  choose(node) {
    if (!node) return;
    for (const other of this.svg.querySelectorAll("[tabindex='0']")) other.setAttribute("tabindex", "-1");
    this.svg.querySelector(".chosen")?.classList.remove("chosen");
    node.setAttribute("tabindex", "0");
    node.classList.add("chosen");
    this.at = node.dataset.key;
    const lines = [node.getAttribute("aria-label")];
    for (const edge of this.edges) {
      if (edge.dataset.tail === this.at || edge.dataset.head === this.at) lines.push(Picture.said(edge));
    }
    this.say(lines);
  }

  readEdge(edge) {
    if (edge) this.say([Picture.said(edge)]);
  }

  static said(edge) {
    return edge.querySelector("title").textContent;
  }

  say(lines) {
    this.why.replaceChildren(
      ...[...new Set(lines)].slice(0, 12).map((line) => {
        const part = document.createElement("p");
        part.textContent = line;
        return part;
      }),
    );
  }

  onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const moves = {
      ArrowRight: () => this.along("tail", "head"),
      ArrowLeft: () => this.along("head", "tail"),
      ArrowDown: () => this.beside(1),
      ArrowUp: () => this.beside(-1),
      "+": () => this.zoom(1),
      "-": () => this.zoom(-1),
      0: () => this.zoom(0),
      Escape: () => this.why.replaceChildren(),
    };
    const move = moves[event.key];
    if (!move) return;
    move();
    event.preventDefault();
    event.stopPropagation();
  }

  along(from, to) {
    const here = this.nodes.get(this.at);
    const ends = this.edges
      .filter((edge) => edge.dataset[from] === this.at && this.nodes.has(edge.dataset[to]))
      .map((edge) => this.nodes.get(edge.dataset[to]));
    const distance = (end) => Math.abs(end.y - here.y);
    this.go(ends.sort((a, b) => distance(a) - distance(b))[0]);
  }

  beside(by) {
    const here = this.nodes.get(this.at);
    if (!here) return;
    const column = [...this.nodes.values()].filter((other) => Math.abs(other.x - here.x) < 30);
    const beyond = column.filter((other) => (other.y - here.y) * by > 0);
    this.go(beyond.sort((a, b) => (a.y - b.y) * by)[0]);
  }

  go(target) {
    if (!target) return;
    target.node.focus({ preventScroll: true });
    target.node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  find(text) {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return;
    for (const { node } of this.nodes.values()) {
      if (node.getAttribute("aria-label").toLowerCase().includes(wanted)) {
        this.choose(node);
        node.scrollIntoView({ block: "center", inline: "center" });
        return;
      }
    }
    this.say([this.place.dataset.none]);
  }

  zoom(by) {
    this.scale = by === 0 ? SCALES.indexOf(1) : Math.max(0, Math.min(SCALES.length - 1, this.scale + by));
    this.svg.setAttribute("width", this.width * SCALES[this.scale]);
    this.svg.setAttribute("height", this.height * SCALES[this.scale]);
  }
}

const place = document.querySelector("#picture");
if (place) {
  const picture = new Picture(place);
  document.querySelector("[data-find-node]")?.addEventListener("change", (event) => picture.find(event.target.value));
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => picture.zoom(Number(button.dataset.zoom)));
  }
}
