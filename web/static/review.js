// Keys of the review queue, and decisions that stay in their form until they are known to be kept.
// An enhancement: every key presses a button or link of the page, and every form works without this.
"use strict";
(() => {
  const frame = document.getElementById("queue");
  if (!frame) return;
  const commands = JSON.parse(frame.dataset.keys);
  const problems = document.getElementById("queue-problem");
  const typed = "input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select";
  let busy = false;
  let last = null; // the box that was selected last, where a range begins

  const boxes = () => [...frame.querySelectorAll(".alike input[type=checkbox]")];
  const here = () => boxes().find((box) => box === document.activeElement);

  function press(command) {
    const target = [...frame.querySelectorAll(`[data-command="${command}"]`)].find((one) => one.offsetParent);
    if (!target) return;
    if (target.tagName !== "SUMMARY") {
      target.focus({ preventScroll: true });
      target.click();
      return;
    }
    if (!unfold(target.parentElement)) frame.focus({ preventScroll: true });
  }

  // Open or close a panel. In one that is open the focus is where one types, or else on its words: keys command nothing
  // there, so that what is typed is never taken for commands.
  function unfold(details) {
    details.open = !details.open;
    if (!details.open) return false;
    const field = details.querySelector(`${typed}, .do-body button`) || details.querySelector("a");
    const panel = details.querySelector(".do-body");
    if (panel && (!field || !panel.contains(field))) {
      panel.tabIndex = -1;
      panel.focus();
    } else if (field) field.focus();
    return true;
  }

  frame.addEventListener("click", (event) => {
    const summary = event.target.closest("details.do > summary");
    if (!summary) return;
    event.preventDefault();
    unfold(summary.parentElement);
  });

  function select(isRange) {
    const all = boxes();
    const box = here() || all.find((one) => one.closest(".is-shown")) || all[0];
    if (!box) return;
    if (isRange && last && last !== box) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.checked = last.checked;
    } else {
      box.checked = !box.checked;
    }
    last = box;
    box.focus();
  }

  function step(by) {
    const all = boxes();
    all[Math.min(Math.max(all.indexOf(here()) + by, 0), all.length - 1)].focus();
  }

  frame.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape" && event.target !== frame) {
      const panel = event.target.closest("details.do");
      if (panel) panel.open = false;
      frame.focus({ preventScroll: true });
      return;
    }
    if (event.target.matches(typed) || event.target.closest("details.do .do-body") || event.key.length !== 1) return;
    const key = event.key.toLowerCase();
    const command = Object.hasOwn(commands, key) ? commands[key] : null;
    if (!command) return;
    const isCapital = event.shiftKey && key !== event.key;
    if (isCapital && command !== "select") return;
    event.preventDefault();
    const isStep = command === "next" || command === "previous";
    if (isStep && here()) step(command === "next" ? 1 : -1);
    else if (busy || event.repeat) return;
    else if (command === "select") select(isCapital);
    else press(command);
  });

  function tell(words, ...more) {
    const line = document.createElement("p");
    line.textContent = words;
    problems.replaceChildren(line, ...more);
    problems.scrollIntoView({ block: "nearest" });
  }

  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "usa-button small";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }

  function free() {
    busy = false;
    frame.removeAttribute("aria-busy");
  }

  function notSaved(why, form, submitter) {
    free();
    const again = button("Try again", () => form.requestSubmit(submitter));
    tell(`Not saved: ${why}. Everything you entered is still here.`, again);
    again.focus();
  }

  function leftOut(told, form) {
    free();
    const list = document.createElement("ul");
    for (const words of told.left) list.append(Object.assign(document.createElement("li"), { textContent: words }));
    const on = button("Go on", () => location.assign(told.to));
    const back = form.elements.back && form.elements.kind;
    const ways = back ? [on, " ", button("Back to the group", () => location.assign(form.elements.back.value))] : [on];
    tell(`${told.done}. Left out:`, list, ...ways);
    on.focus();
  }

  async function send(form, submitter) {
    const body = new URLSearchParams(new FormData(form, submitter));
    let answer;
    try {
      const signal = AbortSignal.timeout(60000);
      answer = await fetch(form.action, { method: "POST", body, headers: { "X-Review": "1" }, signal });
      if (answer.ok) {
        const told = await answer.json();
        if (told.left.length) leftOut(told, form);
        else location.assign(told.to);
        return;
      }
    } catch {
      notSaved("the catalog could not be reached", form, submitter);
      return;
    }
    if (answer.status === 403) {
      notSaved("you are signed out, or may not do this; sign in again in another tab first", form, submitter);
    } else if (answer.status >= 500 || answer.status === 429) {
      notSaved("the catalog cannot take it at the moment", form, submitter);
    } else {
      // It was refused: sent as a plain form it is refused again, and the page says why.
      form.dataset.plain = "yes";
      form.requestSubmit(submitter);
    }
  }

  frame.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-kept]") || form.dataset.plain) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    frame.setAttribute("aria-busy", "true");
    problems.replaceChildren();
    send(form, event.submitter);
  });

  addEventListener("pageshow", free);
  if (Object.keys(commands).length) {
    frame.classList.add("has-keys");
    const refused = frame.querySelector("[aria-invalid]");
    // On a narrow page what leads to the queue fills a screen: after a decision it is passed over.
    if (/[?&]done=/.test(location.search) && matchMedia("(max-width: 62em)").matches) frame.scrollIntoView();
    if (refused) refused.focus();
    else if (!location.hash || location.hash === "#queue") {
      (frame.querySelector("[autofocus]") || frame).focus({ preventScroll: true });
    }
  }
})();
