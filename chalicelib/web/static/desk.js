// Keeps a desk's figures fresh. Without this the desk works as well: reload to see the latest.
(function () {
  "use strict";
  const POLL_MS = 4000;
  const LONGEST_MS = 60000;
  const live = document.getElementById("live");
  let etag = null;
  let wait = POLL_MS;
  let changed = false;
  let swapped = Date.now();

  function all(selector) {
    return Array.from(document.querySelectorAll(selector));
  }

  function offer() {
    all("[data-copy]").forEach(function (button) {
      if (!navigator.clipboard || !button.hidden) return;
      button.hidden = false;
      button.addEventListener("click", async function () {
        const said = button.textContent;
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = button.dataset.done;
        setTimeout(function () { button.textContent = said; }, 2000);
      });
    });
  }

  // "unit.collected" or "links.<code>.valid" in what the counts' route gives.
  function find(counts, path) {
    const parts = path.split(".");
    if (parts[0] === "links") {
      const link = counts.links.find(function (each) { return each.code === parts[1]; });
      return link && link[parts[2]];
    }
    return counts[parts[0]][parts[1]];
  }

  function show(counts) {
    all("[data-n]").forEach(function (place) {
      const value = find(counts, place.dataset.n);
      if (value === undefined || value === null) return;
      place.textContent = "percent" in place.dataset ? (100 * value).toFixed(1) + "%" : value.toLocaleString("en-US");
    });
    all("[data-progress]").forEach(function (bar) { bar.value = counts.unit.collected; });
  }

  function tell(offline) {
    const note = document.getElementById("offline");
    if (note) note.hidden = !offline;
  }

  // Whatever stands between us and the server (a login page, a filter) answers with any status. What isn't ours by kind
  // and by shape is no reply at all.
  function isKind(reply, kind) {
    return String(reply.headers.get("Content-Type")).split(";")[0].trim() === kind;
  }

  async function poll() {
    const headers = etag ? { "If-None-Match": etag } : {};
    const reply = await fetch(live.dataset.poll, { headers: headers, cache: "no-store" });
    if ((reply.status === 401 || reply.status === 403) && isKind(reply, "application/problem+json")) return location.reload();
    if (reply.status === 200 && isKind(reply, "application/json")) {
      const first = etag === null;
      const counts = await reply.json();
      if (!counts.unit || typeof counts.unit.collected !== "number") throw new Error("not our reply");
      etag = reply.headers.get("ETag");
      // The first figures tell whether the page, which may come out of the history, is behind.
      changed = changed || !first || counts.unit.collected !== shown();
      show(counts);
    } else if (reply.status !== 304) {
      throw new Error("HTTP " + reply.status);
    }
    const clock = document.getElementById("as-of");
    clock.textContent = clock.textContent.replace(/\d+:\d+:\d+/, shanghai());
    return undefined;
  }

  function shown() {
    return Number(document.querySelector('[data-n="unit.collected"]').textContent.replace(/,/g, ""));
  }

  function shanghai() {
    return new Date(Date.now() + 8 * 3600000).toISOString().slice(11, 19);
  }

  // What is drawn by the server (charts, tables) is fetched again as it is drawn, and put in the old one's place.
  async function swap() {
    const reply = await fetch(location.href, { cache: "no-store" });
    if (!reply.ok) throw new Error("HTTP " + reply.status);
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    if (!isKind(reply, "text/html") || !fresh.querySelector("header .brand") || !fresh.getElementById("main")) throw new Error("not our page");
    if (!fresh.querySelector("[data-swap]")) return location.reload();
    all("[data-swap]").forEach(function (old) {
      const part = fresh.getElementById(old.id);
      if (!part || part.innerHTML === old.innerHTML || old.contains(document.activeElement)) return;
      const opened = Array.from(old.querySelectorAll("details")).map(function (each) { return each.open; });
      old.replaceWith(document.importNode(part, true));
      Array.from(document.getElementById(old.id).querySelectorAll("details")).forEach(function (each, place) {
        each.open = Boolean(opened[place]);
      });
    });
    if (!fresh.getElementById("live")) live.remove();
    offer();
    document.dispatchEvent(new Event("swapped"));
    return undefined;
  }

  async function round() {
    if (!live.isConnected) return;
    if (!document.hidden) {
      try {
        if (live.dataset.poll) await poll();
        if (Date.now() - swapped >= Number(live.dataset.swapEvery) * 1000 && (changed || !live.dataset.poll)) {
          await swap();
          swapped = Date.now();
          changed = false;
        }
        wait = live.dataset.poll ? POLL_MS : Math.max(1000, Number(live.dataset.swapEvery) * 1000);
        tell(false);
      } catch (failure) {
        wait = Math.min(wait * 2, LONGEST_MS);
        tell(true);
      }
    }
    later();
  }

  let timer = 0;
  function later() {
    clearTimeout(timer);
    if (live.isConnected && !document.hidden) timer = setTimeout(round, wait);
  }

  offer();
  const wrong = document.getElementById("errors");
  if (wrong) wrong.focus();
  if (live) {
    document.addEventListener("visibilitychange", function () {
      if (!document.hidden) round();
    });
    later();
  }
})();
