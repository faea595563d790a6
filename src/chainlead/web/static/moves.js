// Moving what is chosen: with the mouse, a finger or a pen, and with Shift and the arrows. Each
// move becomes one act of the journal when it ends; until then only the drawing here follows.

const STEP = 10; // points of the picture for each press of an arrow
const WAIT = 700; // milliseconds without a press until a move by keys is kept
const THRESHOLD = 4; // pixels before a press of the mouse is a move

export class Moves {
  // `keep` takes a map from key to [x, y] and keeps it in the case.
  constructor(picture, keep) {
    this.picture = picture;
    this.keep = keep;
    this.moved = new Map();
    this.timer = 0;
    const { frame } = picture;
    frame.addEventListener("pointerdown", (event) => this.press(event));
    frame.addEventListener("pointermove", (event) => this.drag(event));
    frame.addEventListener("pointerup", (event) => this.release(event));
    frame.addEventListener("pointercancel", () => this.giveUp());
    frame.addEventListener("keydown", (event) => this.onKey(event));
    frame.addEventListener("focusout", (event) => {
      if (!frame.contains(event.relatedTarget)) this.flush();
    });
    window.addEventListener("pagehide", () => this.flush());
  }

  press(event) {
    const element = event.target.closest("[data-key]");
    if (!element || event.button !== 0 || this.picture.isPanning || this.picture.isFixed) return;
    this.flush();
    const { key } = element.dataset;
    if (event.ctrlKey || event.metaKey) {
      this.picture.toggle(key);
      event.preventDefault();
      return;
    }
    this.from = { key, x: event.clientX, y: event.clientY, pointer: event.pointerId, isMoving: false };
  }

  drag(event) {
    if (!this.from || event.pointerId !== this.from.pointer || this.picture.isPanning) return;
    const dx = event.clientX - this.from.x;
    const dy = event.clientY - this.from.y;
    if (!this.from.isMoving) {
      if (Math.hypot(dx, dy) < THRESHOLD) return;
      this.from.isMoving = true;
      if (!this.picture.chosen.has(this.from.key)) this.picture.only(null);
      this.picture.choose(this.from.key, { isAdded: this.picture.chosen.has(this.from.key) });
      this.picture.frame.setPointerCapture(event.pointerId);
      this.picture.frame.classList.add("moving");
    }
    this.offset(dx / this.picture.scale, dy / this.picture.scale);
    event.preventDefault();
  }

  release(event) {
    if (!this.from) return;
    const { isMoving, key } = this.from;
    this.from = null;
    this.picture.frame.classList.remove("moving");
    if (isMoving) this.flush();
    else if (!(event.ctrlKey || event.metaKey)) {
      this.picture.only(null);
      this.picture.nodes.get(key)?.element.focus({ preventScroll: true });
      this.picture.choose(key);
    }
  }

  giveUp() {
    if (!this.from && !this.moved.size) return;
    this.from = null;
    clearTimeout(this.timer);
    this.timer = 0;
    this.picture.frame.classList.remove("moving");
    this.offset(0, 0);
    this.moved = new Map();
    this.keyed = null;
  }

  onKey(event) {
    if (event.key === "Escape" && (this.from || this.moved.size)) {
      this.giveUp();
      event.stopImmediatePropagation();
      event.preventDefault();
      return;
    }
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[event.key];
    if (!way || !event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    if (this.picture.isFixed || !this.picture.chosen.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.keyed ??= [0, 0];
    this.keyed = [this.keyed[0] + way[0] * STEP, this.keyed[1] + way[1] * STEP];
    this.offset(...this.keyed);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), WAIT);
  }

  // Show everything that is chosen so far away from where it stood.
  offset(dx, dy) {
    const keys = [...this.picture.chosen];
    this.moved = new Map();
    for (const key of keys) {
      const node = this.picture.nodes.get(key);
      node.element.setAttribute("transform", `translate(${dx} ${dy})`);
      this.moved.set(key, [node.x + dx, node.y + dy]);
    }
    const at = (key) => this.moved.get(key) ?? [this.picture.nodes.get(key).x, this.picture.nodes.get(key).y];
    for (const edge of this.picture.edges) {
      const { tail, head } = edge.dataset;
      if (!this.moved.has(tail) && !this.moved.has(head)) continue;
      if (!this.picture.nodes.has(tail) || !this.picture.nodes.has(head)) continue;
      this.bend(edge, at(tail), at(head));
    }
  }

  bend(edge, [x, y], [toX, toY]) {
    const middle = (x + toX) / 2;
    const path = `M${x} ${y}C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`;
    const tip = `M${toX - 9} ${toY} l-6 -3.5 l0 7 z`;
    edge.setAttribute("d", path);
    edge.hit?.setAttribute("d", path);
    let next = (edge.hit ?? edge).nextElementSibling;
    for (; next?.tagName === "path" && !next.dataset.tail; next = next.nextElementSibling) {
      if (next.getAttribute("fill") === "none") next.setAttribute("d", path);
      else next.setAttribute("d", tip);
    }
  }

  // Keep what was moved, as one act.
  flush() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (!this.moved.size || this.from?.isMoving) return;
    const places = new Map();
    for (const [key, [x, y]] of this.moved) {
      const node = this.picture.nodes.get(key);
      const [newX, newY] = [Math.round(x), Math.round(y)];
      if (newX !== Math.round(node.x) || newY !== Math.round(node.y)) places.set(key, [newX, newY]);
    }
    this.moved = new Map();
    this.keyed = null;
    if (places.size) this.keep(places);
  }
}
