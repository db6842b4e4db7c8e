// Any command, with files, as in a shell.
"use strict";

const CommandPanel = (() => {
    const form = document.getElementById("panel-command").querySelector("form");
    const place = document.getElementById("command-answer");
    const progress = document.getElementById("command-progress");
    const running = new Runner();

    async function ask() {
        const args = words(form.elements.line.value.trim().replace(/^lfsr(\s+|$)/, ""));
        const files = [...form.elements.files.files].map((file) => [file.name, file]);
        const onProgress = (done, total) => {
            progress.hidden = false;
            progress.value = done / total;
        };
        await stoppable(form.querySelector(".stop"), [running], () => answer(place, running, args, { files, onProgress, make: output }));
        progress.hidden = true;
    }

    /** As a terminal shows it; pictures as pictures; what is no text as a file. */
    function output(result) {
        const parts = [];
        const text = result.text;
        if (text.startsWith("<svg")) {
            parts.push(picture(text, "picture"));
        } else if (text.includes("\ufffd") || result.output.length > 1 << 20) {
            parts.push(download("output.bin", result.output));
        } else if (text !== "") {
            parts.push(element("pre", { tabindex: "0" }, text));
        }
        const links = result.written.map(([name, bytes]) => download(name, bytes));
        return [...parts, ...(links.length > 0 ? [element("p", { class: "files" }, ...links)] : []), ...notes(result)];
    }

    // A command runs when it is asked for, not while it is typed.
    form.addEventListener("input", () => Address.write("command", form));
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        Address.write("command", form);
        busy(form, ask);
    });
    return { form, ask };
})();
