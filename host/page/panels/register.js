// A register: what it is, its schematic, its states one after the other, its cycles.
"use strict";

const RegisterPanel = (() => {
    const panel = document.getElementById("panel-register");
    const [form, steps] = panel.querySelectorAll("form");
    const place = (name) => document.getElementById(`register-${name}`);
    const [explaining, drawing, stepping, cycling, graphing] = Array.from({ length: 5 }, () => new Runner());
    const enumerate = document.getElementById("enumerate");
    const stop = document.getElementById("enumerate-stop");
    const progress = document.getElementById("enumerate-progress");
    const MOST_CELLS_DRAWN = 64;
    const MOST_CELLS_WALKED = 40;
    let known = null;

    /** The register and its options, as a command takes them. */
    function register() {
        const { register, form: shape, shift, xnor } = form.elements;
        return [
            register.value.trim(),
            ...(shape.value ? ["--form", shape.value] : []),
            ...(shift.value ? ["--shift", shift.value] : []),
            ...(xnor.checked ? ["--xnor"] : []),
        ];
    }

    async function ask() {
        stopPlay();
        known = null;
        const others = [[place("schematic"), drawing], [place("state"), stepping], [place("cycles"), cycling], [place("graph"), graphing]];
        enumerationEnds();
        if (register()[0] === "") {
            [[place("answer"), explaining], ...others].forEach(([where, runner]) => clear(where, runner));
            return;
        }
        const explained = await answer(place("answer"), explaining, ["explain", ...register()]);
        if (explained === null) {
            return;
        }
        if (!explained.isAnswer) {
            others.forEach(([where, runner]) => clear(where, runner));
            return;
        }
        const read = await explaining.run(["explain", ...register(), "--format", "json"]);
        if (!(read instanceof Result)) {
            return;
        }
        known = read.json;
        const name = known.given.replace(/[^\w.-]+/g, "_");
        enumerate.disabled = known.degree > MOST_CELLS_WALKED;
        enumerate.title = enumerate.disabled ? `More than ${MOST_CELLS_WALKED} cells take too long in a browser.` : "";
        answer(place("cycles"), cycling, ["analyze", ...register(), "--engine", "algebra"]);
        answer(place("graph"), graphing, ["draw", "cycles", ...register()], { make: drawn(`${name}-cycles`) });
        if (known.degree <= MOST_CELLS_DRAWN) {
            answer(place("schematic"), drawing, ["draw", "schematic", ...register()], { make: drawn(name) });
        } else {
            clear(place("schematic"), drawing);
        }
        steps.elements.state.value = "";
        step("0");
    }

    /** Goes `by` steps on and shows the state. */
    async function step(by) {
        const state = steps.elements.state.value.trim();
        const args = ["jump", ...register(), ...(state ? ["--state", state] : []), "--by", by, "--format", "json"];
        // In place of the object the page shows its fields; the command is as for a terminal.
        const make = (result) => {
            const { state, output } = fields(result.json);
            steps.elements.state.value = state;
            return [cells(state, output)];
        };
        return answer(place("state"), stepping, args, { make });
    }

    function fields(json) {
        return { state: json.to };
    }

    /** The contents, cell by cell. */
    function cells(state) {
        const value = BigInt(state);
        const bits = Array.from({ length: known.degree }, (_, bit) => (value >> BigInt(bit)) & 1n).reverse();
        const items = bits.map((bit, i) => element("li", { class: bit ? "one" : "zero" }, element("small", { "aria-hidden": "true" }, String(known.degree - 1 - i)), String(bit)));
        return element("ol", { class: "cells", "aria-label": `State ${state}; the highest bit first` }, ...items);
    }

    let playing = null;

    function stopPlay() {
        clearTimeout(playing);
        playing = null;
        const button = steps.querySelector("[data-play]");
        button.setAttribute("aria-pressed", "false");
        button.textContent = "Play";
    }

    function play() {
        const button = steps.querySelector("[data-play]");
        button.setAttribute("aria-pressed", "true");
        button.textContent = "Pause";
        const next = async () => {
            const result = await step("1");
            if (playing !== null && result?.isAnswer) {
                playing = setTimeout(next, 300);
            } else {
                stopPlay();
            }
        };
        playing = setTimeout(next, 0);
    }

    steps.addEventListener("click", ({ target }) => {
        if (target.dataset.by && known) {
            stopPlay();
            step(target.dataset.by);
        } else if (target.dataset.play !== undefined && known) {
            playing === null ? play() : stopPlay();
        }
    });
    steps.addEventListener("submit", (event) => {
        event.preventDefault();
        stopPlay();
        if (known) {
            step(steps.elements.by.value.trim() || "0");
        }
    });

    function enumerationEnds() {
        stop.hidden = progress.hidden = true;
    }

    enumerate.addEventListener("click", async () => {
        if (!known) {
            return;
        }
        stop.hidden = progress.hidden = false;
        progress.value = 0;
        const asked = known;
        const onProgress = (done, total) => (progress.value = done / total);
        await answer(place("cycles"), cycling, ["analyze", ...register(), "--verify", "--progress-lines"], { onProgress });
        // Another register has its own buttons.
        if (asked === known) {
            enumerationEnds();
        }
    });
    stop.addEventListener("click", () => cycling.stop());
    panel.querySelector("#notations").addEventListener("click", ({ target }) => {
        if (target.dataset.register) {
            form.elements.register.value = target.dataset.register;
            form.requestSubmit();
        }
    });
    onChange("register", form, ask);
    return { form, ask };
})();
