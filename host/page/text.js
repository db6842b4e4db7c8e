// What the program says, as parts of a page: the words stay the program's.
"use strict";

/** An element with attributes and children. */
function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (name.startsWith("on")) {
            made.addEventListener(name.slice(2), value);
        } else if (value !== false) {
            made.setAttribute(name, value === true ? "" : value);
        }
    }
    made.append(...children);
    return made;
}

/** A text of the program: a heading, lines `name  value`, tables, sentences. */
function rendered(text) {
    const parts = document.createDocumentFragment();
    let group = [];
    let depth = -1;
    const flush = () => {
        if (group.length > 0) {
            parts.append(...(depth === 0 ? headings(group) : depth === 2 ? rows(group) : table(group)));
        }
        group = [];
    };
    for (const line of text.split("\n")) {
        const indent = /^ */.exec(line)[0].length;
        const now = line.trim() === "" ? -1 : indent === 0 ? 0 : indent === 2 ? 2 : 4;
        if (now !== depth) {
            flush();
            depth = now;
        }
        if (now >= 0) {
            group.push(line);
        }
    }
    flush();
    return parts;
}

function headings(lines) {
    return lines.map((line) => element("p", { class: "said" }, line));
}

/** Lines with two columns; sentences among them stay sentences. */
function rows(lines) {
    const isColumn = (line, at) => line[at - 1] === " " && line[at] !== undefined && line[at] !== " ";
    const gaps = (at) => lines.filter((line) => isColumn(line, at) && line[at - 2] === " ").length;
    const columns = Array.from({ length: 40 }, (_, i) => i + 5);
    const best = columns.reduce((best, at) => (gaps(at) > gaps(best) ? at : best), columns[0]);
    const made = [];
    for (const line of lines) {
        const [name, value] = [line.slice(2, best).trimEnd(), line.slice(best)];
        const fits = isColumn(line, best) && (line[best - 2] === " " || name.length === best - 3);
        if (gaps(best) > 0 && fits && !/  |[.:]$/.test(name)) {
            if (made.at(-1)?.tagName !== "DL") {
                made.push(element("dl"));
            }
            made.at(-1).append(element("dt", {}, name), element("dd", {}, value));
        } else {
            made.push(element("p", {}, line.trim()));
        }
    }
    return made;
}

/** Lines further in: a table if all have as many columns, with a heading if the first has no digits; else as they are. */
function table(lines) {
    const cells = lines.map((line) => line.trim().split(/ {2,}/));
    if (lines.length < 2 || cells[0].length < 2 || cells.some((row) => row.length !== cells[0].length)) {
        return [element("pre", { tabindex: "0" }, lines.join("\n"))];
    }
    const row = (texts, tag) => element("tr", {}, ...texts.map((text) => element(tag, tag === "th" ? { scope: "col" } : {}, text)));
    const hasHeading = !/\d/.test(lines[0]);
    const body = element("tbody", {}, ...cells.slice(hasHeading ? 1 : 0).map((texts) => row(texts, "td")));
    const heading = hasHeading ? [element("thead", {}, row(cells[0], "th"))] : [];
    return [element("div", { class: "scroll", tabindex: "0" }, element("table", {}, ...heading, body))];
}

/** A picture of the program, apart from the page's own style, and a link to keep it. */
function picture(svg, name) {
    const frame = element("div", { class: "picture" });
    const inside = frame.attachShadow({ mode: "open" });
    inside.innerHTML = `<style>svg{max-width:100%;height:auto;display:block}</style>${svg}`;
    return element("figure", {}, frame, element("figcaption", {}, download(`${name}.svg`, svg, "image/svg+xml")));
}

/** A link that saves a file. */
function download(name, contents, type = "application/octet-stream") {
    return element("a", { href: URL.createObjectURL(new Blob([contents], { type })), download: name, class: "file" }, `Save ${name}`);
}

/** A command as it is typed into a shell. */
function commandLine(args) {
    const quoted = args.map((argument) => (/^[\w@%+=:,./^-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`));
    return ["lfsr", ...quoted].join(" ");
}

/** The words of a line in a shell; quotes keep blanks together. */
function words(line) {
    const found = [];
    for (const match of line.matchAll(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g)) {
        found.push(match[0].replace(/'([^']*)'|"([^"]*)"|\\(.)/g, (_, single, double, escaped) => single ?? double ?? escaped));
    }
    return found;
}
