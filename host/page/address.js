// The address holds the whole question: `#register?register=PRBS7&form=galois`. Files are not in it: they stay where they are.
"use strict";

/** More letters than this some programs cut off a link. */
const LONGEST = 8000;

const Address = {
    /** The panel and the fields that the address names. */
    read() {
        const [panel, fields = ""] = location.hash.slice(1).split("?");
        return { panel, fields: new URLSearchParams(fields) };
    },

    /** Puts a panel and its fields into the address; whether all fitted in. */
    write(panel, form) {
        const fields = new URLSearchParams();
        for (const field of form.elements) {
            const value = field.type === "checkbox" ? (field.checked ? "yes" : "") : field.value;
            if (field.name && field.type !== "file" && value !== "" && value !== field.dataset.usual) {
                fields.set(field.name, value);
            }
        }
        const question = fields.toString();
        const hash = `#${panel}${question === "" ? "" : `?${question}`}`;
        const fits = hash.length <= LONGEST;
        if (fits && hash !== location.hash) {
            history.replaceState(null, "", hash);
        }
        return fits;
    },

    /** Fills a form; fields that are not named get their usual values. */
    fill(form, fields) {
        for (const field of form.elements) {
            if (!field.name || field.type === "file") {
                continue;
            }
            const value = fields.get(field.name);
            if (field.type === "checkbox") {
                field.checked = value === "yes";
            } else {
                field.value = value ?? field.dataset.usual ?? "";
            }
        }
    },
};
