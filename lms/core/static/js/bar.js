// A bar that fills: drawn as SVG, since a style attribute would need a policy that allows them.

const SVG = "http://www.w3.org/2000/svg";

function rect(kind) {
  const shape = document.createElementNS(SVG, "rect");
  shape.setAttribute("class", kind);
  shape.setAttribute("width", kind === "bg" ? "100%" : "0%");
  shape.setAttribute("height", "100%");
  shape.setAttribute("rx", "6");
  return shape;
}

/** A bar, hidden from those who hear the words beside it: `element`, and `to(per cent)`. */
export function progressBar() {
  const element = document.createElementNS(SVG, "svg");
  element.setAttribute("class", "gf-bar");
  element.setAttribute("aria-hidden", "true");
  const done = rect("on");
  element.append(rect("bg"), done);
  return { element, to: (per) => done.setAttribute("width", `${per}%`) };
}
