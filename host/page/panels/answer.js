// What a panel shows of a command: the answer, pictures, files, and the command itself.
"use strict";

/** Runs a command and shows what it says in `place`. `make` gets the result and gives parts; the usual ones if it is left out. */
async function answer(place, runner, args, { files = [], onProgress, make = usual } = {}) {
    place.setAttribute("aria-busy", "true");
    const result = await runner.run(args, files, onProgress);
    if (result === null) {
        return null;
    }
    place.removeAttribute("aria-busy");
    if (result === STOPPED) {
        place.replaceChildren(element("p", { class: "note" }, "Stopped before the end: nothing is claimed."));
        return null;
    }
    const parts = result.isAnswer ? make(result, args) : [problem(result)];
    place.replaceChildren(...parts, ...(parts.length > 0 ? [typed(args)] : []));
    return result;
}

/** Takes an answer away, and what would come there. */
function clear(place, runner) {
    runner.end(null);
    place.removeAttribute("aria-busy");
    place.replaceChildren();
}

/** Text as the program writes it, and its notes. */
function usual(result) {
    return [rendered(result.text), ...notes(result)];
}

function notes(result) {
    return result.messages === "" ? [] : [element("p", { class: "note" }, result.messages)];
}

function problem(result) {
    return element("p", { class: "error", role: "alert" }, result.messages || `The program ended with status ${result.code}.`);
}

/** A picture, and what the program says beside it. */
function drawn(name) {
    return (result) => [picture(result.text, name), ...notes(result)];
}

/** The command, to be taken elsewhere. */
function typed(args) {
    const line = commandLine(args);
    const copy = element("button", { type: "button", "aria-label": `Copy the command ${line}` }, "Copy");
    copy.addEventListener("click", () => copied(line, (said) => (copy.textContent = said)));
    return element("p", { class: "command" }, element("code", {}, line), copy);
}

/** Puts a text on the clipboard, and says whether that went well. */
async function copied(text, say) {
    try {
        await navigator.clipboard.writeText(text);
        say("Copied");
    } catch {
        say("Not allowed here: select and copy it");
    }
}

/** How much is being done in each panel. */
const works = new Map();

/** Awaits `work`; its panel is busy until the last of its work has ended, also between two commands. */
async function busy(form, work) {
    const panel = form.closest("section");
    const count = (by) => {
        works.set(panel, (works.get(panel) ?? 0) + by);
        panel.setAttribute("aria-busy", String(works.get(panel) > 0));
    };
    count(1);
    try {
        return await work();
    } finally {
        count(-1);
    }
}

/** Calls `ask` a moment after the last change of a form, and keeps the address up to date. */
function onChange(panel, form, ask, delay = 250) {
    let timer;
    let forget = () => {};
    const later = (milliseconds) => {
        Address.write(panel, form);
        clearTimeout(timer);
        forget();
        busy(form, () => new Promise((resolve) => {
            forget = resolve;
            timer = setTimeout(() => resolve(ask()), milliseconds);
        }));
    };
    form.addEventListener("input", () => later(delay));
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        later(0);
    });
}

/** Shows a stop button while something runs. */
async function stoppable(button, runners, work) {
    button.hidden = false;
    button.onclick = () => {
        runners.forEach((runner) => runner.stop());
        button.hidden = true;
    };
    await work();
    button.hidden = true;
}
