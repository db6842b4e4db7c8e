// The address holds the question: what was typed is in it, and whoever opens it sees the same.
import { check, fill, open, text, withBrowser } from "./browser.mjs";

const QUESTIONS = [
    ["register", { register: "char:x^5+x^2+1", form: "galois", shift: "left", xnor: true }],
    ["register", { register: "  PRBS9 " }],
    ["bits", { bits: "0101 1100 &=#%", input: "ascii" }],
    ["bits", { bits: "111111100000010000011000010100011110010001011001110101001111101000011100010010011011010110111101100011010010111011100110010101011111110000001000001100", against: "PRBS7" }],
    ["crc", { algorithm: "width=8 poly=0x07", message: "ü & = 100 %", as: "" }],
    ["export", { register: "PRBS9", language: "c", what: "checker", width: "16", more: "--name my_checker" }],
    ["command", { line: "lfsr crc --text 'a b&c' crc-32" }],
];

await withBrowser(async (browser) => {
    for (const [panel, values] of QUESTIONS) {
        const typed = await open(browser, `#${panel}`);
        await fill(typed, values);
        const hash = await typed.evaluate(() => location.hash);
        const opened = await open(browser, hash);
        for (const [name, value] of Object.entries(values)) {
            const got = await opened.$eval(`#panel-${panel} form`, (form, name) => (form.elements[name].type === "checkbox" ? form.elements[name].checked : form.elements[name].value), name);
            check(got === value, `${hash}: ${name} is ${got}, not ${value}`);
        }
        if (panel !== "command") {
            const [first, second] = await Promise.all([typed, opened].map((page) => text(page, `#panel-${panel}`)));
            check(first === second && first !== "", `${hash} shows another answer:\n${first}\n${second}`);
        }
        await typed.close();
        await opened.close();
    }
    // The way back goes to the panel before.
    const page = await open(browser);
    await page.click("nav a[href='#crc']");
    await page.goBack();
    check(await page.$eval("#panel-register", (panel) => !panel.hidden), "back shows the register");
});
console.log("links: as expected");
