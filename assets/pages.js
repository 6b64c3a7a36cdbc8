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
    const files = [...form.querySelectorAll("input[type=file]")];
    if (form.querySelector("progress") && window.FormData && files.some((one) => one.files.length)) {
      event.preventDefault();
      send(form, event.submitter);
    }
  });

  // Back from another page: the form may be sent again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // A file goes with a bar that grows; the answer is a page as without a script.
  const send = (form, submitter) => {
    const chosen = new Map([...form.querySelectorAll("[data-listed]")].map((one) => [one.id, [...one.files]]));
    const bar = form.querySelector("progress");
    const request = new XMLHttpRequest();
    request.open("post", form.action);
    request.upload.addEventListener("progress", (at) => {
      bar.hidden = false;
      bar.max = at.total;
      bar.value = at.loaded;
    });
    request.addEventListener("load", () => {
      const isTaken = request.responseURL !== form.action;
      // The way back leads to the form, as it does without a script.
      if (isTaken && new URL(request.responseURL).pathname !== location.pathname) {
        return location.assign(request.responseURL);
      }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      document.title = page.title;
      document.body.replaceWith(page.body);
      if (isTaken) history.replaceState(null, "", request.responseURL);
      window.htmx?.process(document.body);
      document.dispatchEvent(new Event("replaced"));
      for (const [id, files] of chosen) choose(document.getElementById(id), files);
      if (chosen.size) document.querySelector("[data-files-again]")?.remove();
      summary();
      // The next file follows on the same page.
      if (isTaken) document.getElementById("file")?.focus({ preventScroll: true });
    });
    request.addEventListener("error", () => {
      delete form.dataset.sent;
      bar.hidden = true;
      form.querySelector("[data-unsent]").hidden = false;
    });
    const sent = new FormData(form);
    if (submitter?.name) sent.append(submitter.name, submitter.value);
    request.send(sent);
  };

  // The files of a field stand in a list, come one after another, and each can be taken out again.
  const listed = new WeakMap();
  const choose = (input, files) => {
    if (!input || !window.DataTransfer) return;
    const kept = new DataTransfer();
    for (const file of input.multiple ? files : files.slice(-1)) kept.items.add(file);
    input.files = kept.files;
    listed.set(input, [...kept.files]);
    const list = document.getElementById(input.dataset.listed);
    list.querySelectorAll("img").forEach((one) => URL.revokeObjectURL(one.src));
    list.replaceChildren(...[...kept.files].map((file) => row(input, file)));
    list.hidden = !kept.files.length;
  };
  const row = (input, file) => {
    const item = document.createElement("li"), name = document.createElement("p"), out = document.createElement("button");
    if (/^image\/(png|jpeg)$/.test(file.type)) {
      const picture = document.createElement("img");
      Object.assign(picture, { className: "app-preview", alt: `Как выглядит файл «${file.name}»`, src: URL.createObjectURL(file) });
      item.append(picture);
    }
    name.className = "govuk-body";
    name.textContent = `${file.name}, ${Math.max(1, Math.round(file.size / 1024)).toLocaleString("ru")} КБ`;
    Object.assign(out, { type: "button", className: "govuk-button govuk-button--secondary", textContent: "Убрать" });
    out.setAttribute("aria-label", `Убрать файл «${file.name}»`);
    out.addEventListener("click", () => {
      choose(input, [...input.files].filter((one) => one !== file));
      input.focus();
    });
    item.append(name, out);
    return item;
  };
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.dataset?.listed) choose(input, [...(listed.get(input) || []), ...input.files]);
  });

  // What went wrong is read first.
  const summary = () => document.querySelector(".govuk-error-summary")?.focus();
  // From there a link leads into its field, not only to it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".govuk-error-summary a");
    if (link) setTimeout(() => document.querySelector(link.hash)?.focus());
  });
  summary();

  // A part that comes anew leaves those who go by the keyboard where they were.
  let left;
  document.addEventListener("htmx:before:swap", () => (left = document.activeElement));
  document.addEventListener("htmx:after:swap", () => {
    if (!left || left.isConnected) return;
    const isSame = (one) => one.textContent === left.textContent && one.getAttribute("href") === left.getAttribute("href");
    [...document.querySelectorAll(left.tagName)].find(isSame)?.focus({ preventScroll: true });
  });

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
