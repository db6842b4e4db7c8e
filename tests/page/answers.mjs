// Every panel with known answers.
import { check, fill, open, settled, text, withBrowser } from "./browser.mjs";

const EXPECTED_STATES = "4294967296";

await withBrowser(async (browser) => {
    const page = await open(browser);

    // A newcomer: the period of the register that many texts begin with, its schematic, its cycles.
    let said = await text(page, "#panel-register");
    for (const part of ["x^16+x^14+x^13+x^11+1", "primitive: maximal length", "65535", "Maximal length"]) {
        check(said.includes(part), `no ${part} in: ${said}`);
    }
    const svg = await page.$eval("#register-schematic .picture", (frame) => frame.shadowRoot.querySelector("desc").textContent);
    check(svg.includes("16 stages") && svg.includes("Lags: 11, 13, 14, 16"), svg);

    // Stepping: 0xffff, all ones, then the sum of the lags 11, 13, 14 and 16 enters, which is 0.
    await page.click("[data-by='1']");
    await settled(page);
    check((await page.$eval("[name=state]", (field) => field.value)) === "0x7fff", "one step from 0xffff is 0x7fff");
    await page.click("[data-by='-1']");
    await settled(page);
    check((await page.$eval("[name=state]", (field) => field.value)) === "0xffff", "and back");
    check((await page.$$eval("#register-state .one", (cells) => cells.length)) === 16, "16 ones");
    await fill(page, { by: "65535" }, "form.steps");
    await page.click("form.steps [type=submit]");
    await settled(page);
    check((await page.$eval("[name=state]", (field) => field.value)) === "0xffff", "a period later");

    // Every other form of input of the same register.
    for (const register of ["taps:16,14,13,11", "mask:0xB400", "char:x^16+x^5+x^3+x^2+1", "normal:0x002D/16"]) {
        await fill(page, { register });
        check((await text(page, "#register-answer")).includes("primitive: maximal length"), register);
    }
    await fill(page, { register: "x^6+x^4+x^3+x+1", form: "galois", shift: "left", xnor: true });
    said = await text(page, "#register-answer");
    check(said.includes("galois") && said.includes("XNOR"), said);

    // Garbage is refused in words, and what was there is gone.
    await fill(page, { register: "x^^3", form: "", shift: "", xnor: false });
    check((await text(page, "#register-answer .error")) !== "" && (await page.$("#register-schematic svg")) === null, "x^^3 is no register");

    // All 2^32 states, with progress, proven.
    await fill(page, { register: "x^32+x^22+x^2+x+1" });
    const before = Date.now();
    await page.click("#enumerate");
    await page.waitForFunction(() => document.getElementById("enumerate-progress").value > 0, { timeout: 60_000, polling: 10 });
    await settled(page, 300_000);
    said = await text(page, "#register-cycles");
    check(said.includes("4294967295") && said.includes(`all ${EXPECTED_STATES} cyclic states enumerated`) && said.includes("algebra gives the same cycles"), said);
    console.log(`2^32 states: ${/enumerated in ([^;]*);/.exec(said)[1]}, with all around it ${Date.now() - before} ms`);

    // An enumeration that takes long can be stopped, and claims nothing.
    await fill(page, { register: "x^40+x^38+x^21+x^19+1" });
    await page.click("#enumerate");
    await page.waitForFunction(() => document.getElementById("enumerate-progress").value > 0, { timeout: 60_000 });
    await page.click("#enumerate-stop");
    await settled(page);
    check((await text(page, "#register-cycles")).includes("nothing is claimed"), "stopped");
    await fill(page, { register: "PRBS7" });
    check((await text(page, "#register-cycles")).includes("127"), "and goes on after it");

    // Bits.
    await page.click("nav a[href='#bits']");
    await page.click("[data-example]");
    await settled(page);
    said = await text(page, "#panel-bits");
    check(said.includes("PRBS7: locked with errors") && /errors\s+2, rate 3.333e-3/.test(said), said);
    for (const [place, title] of [["check", "Wrong bits of bits.txt, PRBS7"], ["identify", "Linear complexity of bits.txt"], ["runs", "Runs of bits.txt"]]) {
        const shown = await page.$eval(`#bits-${place} .picture`, (frame) => frame.shadowRoot.querySelector("title").textContent);
        check(shown === title, `${shown} is not ${title}`);
    }
    await fill(page, { bits: "0".repeat(300) });
    check((await text(page, "#panel-bits")).includes("stuck"), "a dead line is said to be one");

    // Checksums: the check values of the catalogue of CRCs.
    await page.click("nav a[href='#crc']");
    await settled(page);
    for (const [algorithm, value] of [["crc-32", "0xcbf43926"], ["crc-16/modbus", "0x4b37"], ["crc-64/xz", "0x995dc9bbdf1939fa"], ["width=16 poly=0x1021 init=0xffff", "0x29b1"]]) {
        await fill(page, { algorithm, message: "123456789" });
        check((await text(page, "#crc-answer .verdict")) === value, `${algorithm}: ${await text(page, "#crc-answer")}`);
    }
    await fill(page, { algorithm: "crc-32", as: "hex", message: "31 32 33", other: "crc-32/bzip2" });
    check((await text(page, "#crc-answer .verdict")) === "0x884863d2", "CRC-32 of 123");
    check((await text(page, "#crc-compared")) !== "", "two compared");
    await fill(page, { frames: ["31323334353637383939cc", "00010203d51c", "ffff00aa55b1f1"].join("\n") });
    check((await text(page, "#crc-frames")) !== "", "frames are looked at");

    // Hardware and software.
    await page.click("nav a[href='#export']");
    await settled(page);
    for (const [language, part] of [["verilog", "module prbs31_generator_w64"], ["vhdl", "entity prbs31_generator_w64"], ["c", "uint64_t"], ["rust", "pub struct Prbs31GeneratorW64"]]) {
        await fill(page, { language, width: "64" });
        const code = await page.$$eval("#export-answer pre", (texts) => texts.map((text) => text.textContent).join("\n"));
        check(code.includes(part), `${language}: no ${part} in ${code.slice(0, 3000)}`);
        check((await page.$$("#export-answer a[download]")).length >= 2, "the files can be saved");
    }

    // Any command.
    await page.click("nav a[href='#command']");
    await settled(page);
    await fill(page, { line: "lfsr primitive --degree 9 --count" });
    await page.click("#panel-command [type=submit]");
    await settled(page);
    check((await text(page, "#command-answer")) !== "", "a command answers");
    await fill(page, { line: "lfsr generate PRBS31 --bits 1G --encoding raw-msb" });
    await page.click("#panel-command [type=submit]");
    await settled(page);
    said = await text(page, "#command-answer");
    check(said.includes("cut after 64 MiB") && (await page.$("#command-answer a[download]")) !== null, `what is too much is said: ${said}`);
    check(page.requests.every((address) => /^(file|blob|data):/.test(address)), `asked for ${page.requests}`);
});
console.log("answers: as expected");
