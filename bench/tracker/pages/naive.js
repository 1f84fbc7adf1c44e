/** Two senders for comparison: one beacon for each event as it happens, or a big one when the page is left. */
{
  const { dataset, src } = document.currentScript;
  const endpoint = new URL("/api/events", src).href;

  function send(events) {
    const metadata = { url: location.href, userAgent: navigator.userAgent, language: navigator.language };
    const data = { id: crypto.randomUUID(), events, metadata };
    navigator.sendBeacon(endpoint, JSON.stringify({ ACCESS_KEY: dataset.key, data }));
  }

  const waiting = [];
  window.chronos = {
    track(...event) {
      waiting.push(["custom_events", ...event, Date.now()]);
      if (dataset.when === "now") send(waiting.splice(0));
    },
  };
  addEventListener("pagehide", () => waiting.length && send(waiting));
}
