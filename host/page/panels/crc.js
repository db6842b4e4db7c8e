// CRCs: of a message, what is known of an algorithm, what two have in common, which one messages carry.
"use strict";

const CrcPanel = (() => {
    const form = document.getElementById("panel-crc").querySelector("form");
    const place = (name) => document.getElementById(`crc-${name}`);
    const [computing, explaining, comparing, finding] = Array.from({ length: 4 }, () => new Runner());

    /** A name, or `width=16 poly=0x1021` as the options of the program. */
    function parameters(text) {
        const parts = text.trim().split(/\s+/);
        if (!parts.some((part) => part.includes("="))) {
            return [text.trim()];
        }
        const [options, names] = [parts.filter((part) => part.includes("=")), parts.filter((part) => !part.includes("="))];
        return [...names, ...options.map((part) => `--${part}`)];
    }

    async function ask() {
        const { algorithm, message, as, file, other, frames } = form.elements;
        const chosen = file.files[0];
        const asked = parameters(algorithm.value);
        const work = [];
        if (algorithm.value.trim() === "") {
            clear(place("answer"), computing);
            clear(place("explained"), explaining);
        } else {
            const args = chosen ? ["crc", ...asked, chosen.name] : ["crc", ...asked, `--${as.value || "text"}`, message.value];
            const verdict = (result) => [element("p", { class: "verdict" }, result.text.trim()), ...notes(result)];
            work.push(answer(place("answer"), computing, args, { files: chosen ? [[chosen.name, chosen]] : [], make: verdict }));
            work.push(answer(place("explained"), explaining, ["crc", ...asked, "--explain"]));
        }
        if (other.value.trim() === "" || asked.length !== 1 || asked[0] === "") {
            clear(place("compared"), comparing);
        } else {
            work.push(answer(place("compared"), comparing, ["crc", "compare", asked[0], other.value.trim()]));
        }
        if (frames.value.trim() === "") {
            clear(place("frames"), finding);
        } else {
            work.push(answer(place("frames"), finding, ["identify", "--frames", "frames.txt"], { files: [["frames.txt", new Blob([frames.value])]] }));
        }
        await stoppable(form.querySelector(".stop"), [computing, explaining, comparing, finding], () => Promise.all(work));
    }

    onChange("crc", form, ask);
    return { form, ask };
})();
