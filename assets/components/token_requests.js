/** Asks the server for the tokens of one generation until it is done. */

const EVERY_MS = 60;
const LONGEST_WAIT_MS = 4000;

/**
 * Calls `take({tokens, done, error, gone})` with the new tokens of each reply, and `lost()` while the server does not
 * answer. Returns a stop.
 */
export function followRequest(api, requestId, lang, { take, lost }) {
  const address = `${api}/requests/${encodeURIComponent(requestId)}`;
  const controller = new AbortController();
  let timer = 0;
  let known = 0;
  let failures = 0;

  const ask = async () => {
    let wait = EVERY_MS;
    try {
      const reply = await fetched(`${address}?since=${known}&lang=${lang}`, controller);
      known += reply.tokens?.length ?? 0;
      failures = 0;
      take({ ...reply, tokens: reply.tokens ?? [] });
      if (reply.done || reply.error) return;
    } catch (error) {
      if (controller.signal.aborted) return;
      failures += 1;
      wait = Math.min(LONGEST_WAIT_MS, EVERY_MS * 2 ** failures);
      lost();
    }
    timer = setTimeout(ask, wait);
  };

  ask();
  return () => {
    clearTimeout(timer);
    controller.abort();
  };
}

async function fetched(address, controller) {
  const reply = await fetch(address, { signal: controller.signal });
  if (!reply.ok || !(reply.headers.get("content-type") ?? "").includes("json")) throw new Error(`${reply.status}`);
  return reply.json();
}
