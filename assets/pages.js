// What a page can do better with a script, and nothing that it could not do without one.
(() => {
  "use strict";

  // A second click sends nothing: the server would know the form by its key, but nobody needs to wait twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    // What is only downloaded leaves the page as it is.
    if (!("again" in form.dataset)) form.dataset.sent = "yes";
    if (form.querySelector("progress") && window.FormData) {
      event.preventDefault();
      send(form);
    }
  });

  // Back from another page: the form may be sent again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // A file goes with a bar that grows; the answer is a page as without a script.
  const send = (form) => {
    const bar = form.querySelector("progress");
    const request = new XMLHttpRequest();
    request.open("post", form.action);
    request.upload.addEventListener("progress", (at) => {
      bar.hidden = false;
      bar.max = at.total;
      bar.value = at.loaded;
    });
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      document.title = page.title;
      document.body.replaceWith(page.body);
      if (request.responseURL !== form.action) history.replaceState(null, "", request.responseURL);
      window.htmx?.process(document.body);
      document.dispatchEvent(new Event("replaced"));
      summary();
    });
    request.addEventListener("error", () => {
      delete form.dataset.sent;
      bar.hidden = true;
      form.querySelector("[data-unsent]").hidden = false;
    });
    request.send(new FormData(form));
  };

  // What went wrong is read first.
  const summary = () => document.querySelector(".govuk-error-summary")?.focus();
  // From there a link leads into its field, not only to it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".govuk-error-summary a");
    if (link) setTimeout(() => document.querySelector(link.hash)?.focus());
  });
  summary();

  // Without a script the link marks the same boxes on a new page, and what was typed meanwhile would be lost.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-mark-all]");
    if (!link) return;
    event.preventDefault();
    for (const box of document.querySelectorAll(`#${link.dataset.markAll} [type=checkbox]`)) box.checked = true;
  });

  // A form that is filled in while talking is begun without the mouse.
  if (!document.querySelector(".govuk-error-summary")) {
    document.querySelector("[data-begin] :is(textarea, select, input:not([type=hidden]))")?.focus();
  }
})();
