/** Dragging a row of a list to another place by its handle. */

/** `done(name)` after a row was let go elsewhere, `undone()` when the reader gave up; the row stays in the document. */
export function makeDraggable(list, { done, undone }) {
  let dragged = null;

  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".on .handle"); // only what is carried out has a place
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    dragged = { row: handle.closest("li"), handle, before: order(list) };
    dragged.row.classList.add("dragged");
  });
  list.addEventListener("pointermove", (event) => dragged && follow(dragged.row, event.clientY));
  list.addEventListener("pointerup", () => end(true));
  list.addEventListener("pointercancel", () => end(false));
  list.addEventListener("keydown", (event) => event.key === "Escape" && end(false));

  function end(isCommitted) {
    if (!dragged) return;
    const { row, before } = dragged;
    row.classList.remove("dragged");
    dragged = null;
    if (isCommitted && order(list).join() !== before.join()) done(row.dataset.name);
    else undone();
  }

  return { isDragging: () => dragged !== null };
}

/** The names of the rows, in the order in which they stand. */
export function order(list) {
  return [...list.children].map((row) => row.dataset.name);
}

/** Moves the neighbours past `row`, not the row itself: it keeps the pointer and the focus. */
export function shift(row, by) {
  const neighbour = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!neighbour) return false;
  if (by < 0) row.after(neighbour);
  else row.before(neighbour);
  return true;
}

function follow(row, y) {
  const middle = (node) => node.getBoundingClientRect().top + node.getBoundingClientRect().height / 2;
  while (row.previousElementSibling && y < middle(row.previousElementSibling)) shift(row, -1);
  while (row.nextElementSibling && y > middle(row.nextElementSibling)) shift(row, 1);
}
