// Which panel is shown: the address says it.
"use strict";

const PANELS = { register: RegisterPanel, bits: BitsPanel, crc: CrcPanel, export: ExportPanel, command: CommandPanel };

/** Shows what the address names, the first panel if it names none. */
function show() {
    const { panel, fields } = Address.read();
    const name = Object.hasOwn(PANELS, panel) ? panel : "register";
    for (const each of Object.keys(PANELS)) {
        document.getElementById(`panel-${each}`).hidden = each !== name;
        const link = document.querySelector(`nav a[href="#${each}"]`);
        each === name ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
    }
    const { form, ask } = PANELS[name];
    Address.fill(form, fields);
    busy(form, ask);
}

/** The names that can be chosen from. */
async function offer(list, args, name) {
    const result = await once(args);
    if (result.isAnswer) {
        const names = [...new Set(name(result))];
        document.getElementById(list).replaceChildren(...names.map((value) => element("option", { value })));
    }
}

addEventListener("hashchange", show);
document.getElementById("link").addEventListener("click", () => {
    copied(location.href, (said) => (document.getElementById("linked").textContent = said));
});
program.catch((error) => {
    const trouble = document.getElementById("trouble");
    trouble.hidden = false;
    trouble.className = "error";
    trouble.textContent = `The program did not load: ${error.message}.`;
});
show();
offer("registers", ["catalogue", "--format", "json"], (result) => result.text.trim().split("\n").map((line) => JSON.parse(line).name));
offer("algorithms", ["crc", "--list", "--format", "json"], (result) => result.text.trim().split("\n").map((line) => JSON.parse(line).algorithm));
if (location.protocol !== "file:") {
    // Without one the page works as long as there is a network.
    navigator.serviceWorker?.register("offline.js").catch(() => {});
}
