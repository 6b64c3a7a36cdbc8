// Keeps a page in step with its case: it follows the events that the page names, and fetches its own parts again.
// What somebody is filling in is never touched: then the page says that there is news.
(() => {
  "use strict";
  const root = () => document.querySelector("[data-live]");
  if (!root() || !window.EventSource) return;

  const GATHERED_MS = 300;
  const APART_MS = 2000;
  const AGAIN_MS = 3000;
  const TICK_MS = 30000;
  const KEYS = /(name="_(?:key|seen|token)" value="|_token=)[^"]*/g;
  // htmx marks what it has seen, be it before this script has come or after.
  const essence = (part) => part.innerHTML.replace(KEYS, "$1").replaceAll(' data-htmx-powered="true"', "");
  const parts = (page) => page.querySelectorAll("[data-part]");
  const shown = new Map();
  const look = () => parts(document).forEach((part) => shown.set(part.id, essence(part)));
  look();
  document.addEventListener("replaced", look);
  const show = (id, is) => {
    const it = document.getElementById(id);
    if (it) it.hidden = !is;
  };
  let stream, last, renewing, isOwed = false, renewedAt = 0;

  const isTouched = (field) => {
    if (field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) {
      return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
    }
    return field.value !== field.defaultValue;
  };
  // A form that came back with what is wrong has its typed text as its default.
  const isBusy = (part) =>
    part.querySelector("form[data-sent], form :is(input, select, textarea):focus") ||
    (part.querySelector("form") && document.querySelector(".govuk-error-summary")) ||
    [...part.querySelectorAll("input, select, textarea")].some(isTouched);

  const replace = (part, fresh) => {
    const open = [...part.querySelectorAll("details[open] > summary")].map((one) => one.textContent);
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    part.innerHTML = fresh.innerHTML;
    for (const summary of part.querySelectorAll("summary")) {
      if (open.includes(summary.textContent)) summary.parentElement.open = true;
    }
    if (focused) {
      const same = [...part.querySelectorAll(focused.tagName)];
      same.find((one) => one.textContent === focused.textContent && one.href === focused.href)?.focus();
    }
    window.htmx?.process(part);
  };

  const renew = async () => {
    renewing = undefined;
    renewedAt = Date.now();
    const answer = await fetch(root().dataset.page).catch(() => null);
    if (!answer || answer.status >= 500) return setTimeout(soon, AGAIN_MS);
    if (!answer.ok || answer.redirected) return show("lost", true);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    isOwed = false;
    let isNew = false, isHeldBack = false;
    for (const part of parts(document)) {
      const fresh = page.getElementById(part.id);
      if (!fresh || essence(fresh) === shown.get(part.id)) continue;
      if (isBusy(part)) {
        isHeldBack = true;
        continue;
      }
      replace(part, fresh);
      shown.set(part.id, essence(fresh));
      isNew = true;
    }
    show("changed", isHeldBack);
    const told = document.getElementById("renewed");
    if (isNew && told) told.textContent = `Обновлено в ${new Date().toLocaleTimeString("ru", { timeZone: "Europe/Moscow" })}`;
  };
  const soon = () => {
    isOwed = true;
    renewing ??= setTimeout(renew, Math.max(GATHERED_MS, renewedAt + APART_MS - Date.now()));
  };

  const follow = () => {
    const address = new URL(root().dataset.live, location.href);
    if (last) address.searchParams.set("after", last);
    const own = (stream = new EventSource(address));
    const heard = (event) => {
      last = event.lastEventId;
      soon();
    };
    own.addEventListener("ready", (event) => {
      last = event.lastEventId;
      show("lost", false);
      // What was heard before the connection broke may not have been fetched.
      if (isOwed) soon();
    });
    own.addEventListener("reset", heard);
    own.addEventListener("message", heard);
    own.addEventListener("presence", (event) => {
      const present = document.getElementById("present");
      if (present) present.textContent = JSON.parse(event.data).text;
    });
    own.addEventListener("error", () => {
      show("lost", true);
      // A browser comes again by itself where the connection broke, and not where it was refused.
      if (own.readyState === EventSource.CLOSED) setTimeout(() => own === stream && follow(), AGAIN_MS);
    });
  };

  // A browser has few connections to one site: a page that nobody sees holds none.
  document.addEventListener("visibilitychange", () => {
    if (stream) stream.close();
    stream = null;
    if (!document.hidden) follow();
  });
  window.addEventListener("pagehide", () => stream?.close());
  window.addEventListener("pageshow", (event) => event.persisted && follow());
  if (!document.hidden) follow();

  const tick = async () => {
    const clocks = [...document.querySelectorAll("[data-due]")];
    if (document.hidden || !clocks.length) return;
    const asked = new URLSearchParams(clocks.map((clock) => ["due", clock.dataset.due]));
    const answer = await fetch(`/desk/clocks?${asked}`).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    for (const [place, [left, isPast]] of Object.entries(await answer.json())) {
      clocks[place].textContent = left;
      clocks[place].className = isPast ? "app-late" : "app-due";
    }
  };
  setInterval(tick, TICK_MS);
})();
