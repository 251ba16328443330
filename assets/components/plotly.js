/** Loads plotly.js once for the page, from the app's own server. */

let loading = null;

/** The Plotly of this page; `api` is the address of the JSON api. A failed load can be tried again. */
export function loadPlotly(api) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  loading ??= addScript(`${api}/plotly.min.js`).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

function addScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      script.remove();
      reject(new Error(`${address} did not load`));
    };
    document.head.append(script);
  });
}
