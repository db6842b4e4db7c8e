// Bits: the verdict of `check` and where the wrong bits lie, what `identify` finds and how the shortest register grows, the runs.
"use strict";

const BitsPanel = (() => {
    const panel = document.getElementById("panel-bits");
    const form = panel.querySelector("form");
    const place = (name) => document.getElementById(`bits-${name}`);
    const [checking, identifying, drawing] = Array.from({ length: 3 }, () => new Runner());

    async function ask() {
        const { bits, file, input, signal, clock, against } = form.elements;
        const chosen = file.files[0];
        const text = bits.value.trim();
        if (!chosen && text === "") {
            [[place("check"), checking], [place("identify"), identifying], [place("runs"), drawing]].forEach(([where, runner]) => clear(where, runner));
            return;
        }
        const files = [chosen ? [chosen.name, chosen] : ["bits.txt", new Blob([text])]];
        const [[name]] = files;
        const more = [];
        for (const [option, field] of [["--input", input], ["--signal", signal], ["--clock", clock]]) {
            if (field.value.trim() !== "") {
                more.push(option, field.value.trim());
            }
        }
        await stoppable(form.querySelector(".stop"), [checking, identifying, drawing], () =>
            Promise.all([
                answer(place("check"), checking, ["check", against.value.trim() || "auto", name, ...more, "--plot", "errors.svg"], { files, make: verdict }),
                answer(place("identify"), identifying, ["identify", name, ...more, "--plot", "complexity.svg"], { files, make: plotted }),
                answer(place("runs"), drawing, ["draw", "runs", name, ...more], { files, make: drawn("runs") }),
            ]),
        );
    }

    /** The first line is what was asked for. */
    function verdict(result) {
        const [first, ...rest] = result.text.split("\n");
        return [element("p", { class: "verdict" }, first), rendered(rest.join("\n")), ...pictures(result), ...notes(result)];
    }

    function plotted(result) {
        return [rendered(result.text), ...pictures(result), ...notes(result)];
    }

    /** What --plot wrote; nothing where there was nothing to draw. */
    function pictures(result) {
        const drawn = result.written.map(([name, bytes]) => [name.replace(/\.svg$/, ""), new TextDecoder().decode(bytes)]);
        return drawn.filter(([, svg]) => svg !== "").map(([name, svg]) => picture(svg, name));
    }

    panel.querySelector("[data-example]").addEventListener("click", () => busy(form, example));
    async function example() {
        // PRBS7 with three wrong bits, made by the program itself.
        const made = await once(["generate", "PRBS7", "--bits", "600", "--encoding", "ascii", "--errors", "0.005", "--error-seed", "3"]);
        form.elements.bits.value = made.text.trim();
        form.elements.file.value = "";
        form.requestSubmit();
    }

    // What is dropped anywhere on the panel is the file.
    panel.addEventListener("dragover", (event) => event.preventDefault());
    panel.addEventListener("drop", (event) => {
        event.preventDefault();
        if (event.dataTransfer.files.length > 0) {
            form.elements.file.files = event.dataTransfer.files;
            form.requestSubmit();
        }
    });
    onChange("bits", form, ask, 600);
    return { form, ask };
})();
