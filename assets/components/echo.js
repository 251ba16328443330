/** A choice made here goes to Python and comes back with the next rerun. An old echo must not undo a newer choice. */

/** `.sent(value)` notes what was sent; `.isNews(value)` is true when Python says something that is not our echo. */
export function echoes() {
  let known = null;
  let waiting = [];
  return {
    sent(value) {
      waiting.push(JSON.stringify(value));
    },
    isNews(value) {
      const said = JSON.stringify(value);
      if (said === known) return false;
      known = said;
      const place = waiting.indexOf(said);
      waiting = waiting.slice(place + 1);
      return place < 0;
    },
  };
}
