/** The keys of the map: arrows, +, - and 0 move the view; N and P walk; L is the lasso, / the search, Esc lets go. */

import { viewKey } from "./map_keys.js";

/** A listener for the keys of a `WordMap`. */
export function keysOf(map) {
  return (event) => {
    if (!map.frame || event.ctrlKey || event.metaKey) return;
    if (map.lasso.keyLoop ? loopKey(map, event) : mapKey(map, event)) event.preventDefault();
  };
}

/** While the circle of the lasso is on the map, the keys belong to it. */
function loopKey(map, { key }) {
  if (key === "Enter") map.lasso.take(map.lasso.keyLoop.points);
  else if (key === "Escape" || key.toLowerCase() === "l") map.lasso.end();
  else if (map.lasso.keyLoop.key(key)) map.remark();
  else return false;
  return true;
}

function mapKey(map, event) {
  const { key } = event;
  if (event.altKey && key.startsWith("Arrow")) {
    map.reached(map.walk.towards(key, map.frame, map.view.spots, map.walkStart()));
    return true;
  }
  return viewKey(map.view, key) || letter(map, key, event.shiftKey);
}

function letter(map, key, isShift) {
  const actions = {
    n: () => map.reached(map.walk.neighbour(map.frame, 1, map.walkStart())),
    p: () => map.reached(map.walk.neighbour(map.frame, -1, map.walkStart())),
    l: () => map.lasso.set(true, true),
    "/": () => map.tools.openSearch(map.finder.pattern),
    enter: () => map.walk.at >= 0 && map.pick(map.walk.at, isShift),
    escape: () => map.escape(),
  };
  const act = actions[key.toLowerCase()];
  act?.();
  return Boolean(act);
}
