/** Keys that move the view of a map: arrows pan or turn, + and - zoom, 0 shows the whole map. */

const PAN = 0.1; // of the stage
const TURN_PX = 40;
const ZOOM = 1.25;
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const ZOOMS = { "+": ZOOM, "=": ZOOM, "-": 1 / ZOOM };

/** Moves the view, and says whether the key was one of these. */
export function viewKey(view, key) {
  if (key in ARROWS) move(view, ...ARROWS[key]);
  else if (key in ZOOMS) view.moveCamera("zoomAt", ZOOMS[key]);
  else if (key === "0") view.moveCamera("reset");
  else return false;
  return true;
}

function move(view, dx, dy) {
  const { clientWidth: width, clientHeight: height } = view.surface;
  if (view.camera.dims === 3) view.moveCamera("turn", dx * TURN_PX, dy * TURN_PX);
  else view.moveCamera("pan", dx * PAN * width, dy * PAN * height);
}
