// A register as hardware or software: the files, to be read and saved.
"use strict";

const ExportPanel = (() => {
    const form = document.getElementById("panel-export").querySelector("form");
    const place = document.getElementById("export-answer");
    const exporting = new Runner();

    async function ask() {
        const { register, language, what, width, more } = form.elements;
        if (register.value.trim() === "") {
            clear(place, exporting);
            return;
        }
        const args = ["export", language.value, register.value.trim(), "--what", what.value, "--width", width.value.trim() || "1", ...words(more.value), "-o", "out"];
        await answer(place, exporting, args, { make: files });
    }

    /** The module first, then its bench. */
    function files(result) {
        const texts = result.written.map(([name, bytes]) => [name.replace(/^out\//, ""), new TextDecoder().decode(bytes)]);
        texts.sort(([a], [b]) => a.length - b.length);
        const links = element("p", { class: "files" }, ...texts.map(([name, text]) => download(name, text, "text/plain")));
        const parts = texts.filter(([name]) => !/\.hex$/.test(name)).map(([name, text], i) =>
            element("details", { open: i === 0 }, element("summary", {}, name), element("pre", { tabindex: "0" }, text)),
        );
        return [links, ...parts];
    }

    onChange("export", form, ask, 400);
    return { form, ask };
})();
