/** The map as a file: the same scene as an SVG with words that stay text, or as a PNG; no server is asked. */

import { svg } from "./dom.js";
import { attributes } from "./map_shapes.js";

const HEAD = 64; // px above the picture, for its title
const PNG_DENSITY = 2;
const TAGS = { line: "line", circle: "circle", text: "text", rect: "rect", path: "path" };

/** A picture is {scene, shapes, look, title, facts}: what `MapView` drew last, and two lines of text. */
export function svgText(picture) {
  const { scene, shapes, look } = picture;
  const { width, height } = scene;
  const size = { width, height: height + HEAD, viewBox: `0 0 ${width} ${height + HEAD}` };
  const node = svg("svg", { xmlns: "http://www.w3.org/2000/svg", ...size });
  node.append(svg("rect", { width: "100%", height: "100%", fill: look.surface }));
  const style = svg("style", {}, `.word { font-family: ${look.serif} } .name { font-family: ${look.font} }`);
  const body = svg("svg", { y: HEAD, width, height, viewBox: `0 0 ${width} ${height}` });
  body.append(...[...dots(scene), ...shapes].map((shape) => svg(TAGS[shape.kind], attributes(shape), shape.text ?? null)));
  node.append(style, body, ...titles(picture).map((shape) => svg("text", attributes(shape), shape.text)));
  return new XMLSerializer().serializeToString(node);
}

/** A promise of the picture as a PNG blob. */
export function pngBlob(picture) {
  const { scene, shapes, look } = picture;
  const canvas = document.createElement("canvas");
  canvas.width = scene.width * PNG_DENSITY;
  canvas.height = (scene.height + HEAD) * PNG_DENSITY;
  const pen = canvas.getContext("2d");
  pen.scale(PNG_DENSITY, PNG_DENSITY);
  pen.fillStyle = look.surface;
  pen.fillRect(0, 0, scene.width, scene.height + HEAD);
  titles(picture).forEach((shape) => paint(pen, shape, look));
  pen.beginPath();
  pen.rect(0, HEAD, scene.width, scene.height);
  pen.clip();
  pen.translate(0, HEAD);
  [...dots(scene), ...shapes].forEach((shape) => paint(pen, shape, look));
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** Hands a text or a blob to the reader as a file. */
export function download(content, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function titles({ title, facts, look }) {
  const line = { kind: "text", x: 20 };
  return [
    { ...line, y: 32, text: title, size: 20, weight: 600, fill: look.ink },
    { ...line, y: 54, text: facts, size: 14, fill: look.quiet },
  ];
}

function* dots({ n, spots, paint: { rgba, bulk }, size, width, height }) {
  for (let i = 0; i < n; i++) {
    const [x, y, near, depth] = spots.subarray(4 * i, 4 * i + 4);
    if (x < 0 || y < 0 || x > width || y > height) continue;
    const fill = `rgb(${rgba[4 * i]},${rgba[4 * i + 1]},${rgba[4 * i + 2]})`;
    const opacity = (rgba[4 * i + 3] / 255) * (0.25 + 0.75 * depth);
    yield { kind: "circle", x, y, r: Math.max(1, (size * bulk[i] * near) / 2), fill, opacity };
  }
}

function paint(pen, shape, look) {
  pen.globalAlpha = shape.opacity ?? 1;
  pen.fillStyle = shape.fill ?? "transparent";
  pen.strokeStyle = shape.stroke ?? "transparent";
  pen.lineWidth = shape.thick ?? 1;
  pen.lineJoin = "round";
  pen.setLineDash(shape.dash ? shape.dash.split(" ").map(Number) : []);
  if (shape.kind === "text") return write(pen, shape, look);
  const path = outline(shape);
  if (shape.fill) pen.fill(path);
  if (shape.stroke) pen.stroke(path);
}

function outline(shape) {
  const path = new Path2D();
  if (shape.kind === "circle") path.arc(shape.x, shape.y, shape.r, 0, 2 * Math.PI);
  if (shape.kind === "rect") path.roundRect(shape.x, shape.y, shape.width, shape.height, shape.r ?? 0);
  if (shape.kind === "line") path.addPath(new Path2D(`M${shape.x1},${shape.y1}L${shape.x2},${shape.y2}`));
  if (shape.kind === "path") path.addPath(new Path2D(attributes(shape).d));
  return path;
}

function write(pen, { x, y, text, size, weight = 400, anchor, isWord, stroke }, look) {
  pen.font = `${weight} ${size}px ${isWord ? look.serif : look.font}`;
  pen.textAlign = anchor === "middle" ? "center" : (anchor ?? "start");
  if (stroke) pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}
