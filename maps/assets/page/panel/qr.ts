// A QR code drawn as one shape.

import { encode } from "uqr";

import { drawn } from "../core/dom";

const MARGIN = 4; // modules of white around it, as the standard asks

export function qrCode(text: string): SVGElement {
  const { data, size } = encode(text, { ecc: "M", border: MARGIN });
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return drawn(
    "svg",
    { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": text, "shape-rendering": "crispEdges" },
    drawn("rect", { width: size, height: size, fill: "#fff" }),
    drawn("path", { d: dark.join(""), fill: "#000" }),
  );
}
