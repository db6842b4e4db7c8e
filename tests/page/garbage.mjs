// Garbage in every field: an answer or an error in words, and the page goes on. LFSR_SEED makes it the same garbage again.
import { check, open, text, fill, withBrowser } from "./browser.mjs";

const INPUTS = 200;
const seed = Number(process.env.LFSR_SEED ?? Date.now() % 1_000_000);
console.log(`LFSR_SEED=${seed}`);

// Steele, Lea and Flood's SplitMix, 32 bits of it.
let state = BigInt(seed);
function random(below) {
    state = (state + 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & 0xffffffffffffffffn;
    return Number((z ^ (z >> 31n)) % BigInt(below));
}

const PIECES = ["x^", "x", "+", "1", "0", "char:", "taps:", "mask:0x", "/", "16", "999999999999", "-", "PRBS", "\u0000", "\u{1f600}", "'", "\"", "<b>", "&amp;", " ", "\n", "0x", "=", "--", "..", "ffff", "e", "^^", "crc", "(", ")", ",", "--help", "\\"];
const garbage = () => Array.from({ length: 1 + random(12) }, () => PIECES[random(PIECES.length)]).join("");

await withBrowser(async (browser) => {
    const page = await open(browser);
    const outcomes = { answer: 0, error: 0 };
    for (let i = 0; i < INPUTS; i++) {
        const input = garbage();
        const [args, files] = [
            () => [["explain", input], {}],
            () => [["analyze", input, "--engine", "algebra"], {}],
            () => [["draw", "schematic", input], {}],
            () => [["jump", "PRBS7", "--state", input, "--by", "1"], {}],
            () => [["identify", "bits.txt"], { "bits.txt": input }],
            () => [["check", "auto", "bits.txt"], { "bits.txt": input }],
            () => [["crc", input, "--text", "a"], {}],
            () => [["crc", "crc-8", "--hex", input], {}],
            () => [["identify", "--frames", "f"], { f: input }],
            () => [["export", "verilog", input, "--width", "8"], {}],
            () => [["export", "c", "PRBS7", "--what", "crc", "--width", input], {}],
            () => [input.split(" "), {}],
        ][i % 12]();
        const result = await page.evaluate(async (args, files) => {
            const runner = (globalThis.bench ??= new Runner());
            const blobs = Object.entries(files).map(([name, text]) => [name, new Blob([text])]);
            const late = new Promise((resolve) => setTimeout(() => resolve("late"), 30_000));
            const result = await Promise.race([runner.run(args, blobs), late]);
            return result === "late" ? result : { code: result.code, messages: result.messages };
        }, args, files);
        const what = `${JSON.stringify(args)} ${JSON.stringify(files)}`;
        check(result !== "late", `no end within 30 s: ${what}`);
        check(result.code <= 2 && !result.messages.includes("broke off"), `${what}: status ${result.code}, ${result.messages}`);
        check(result.code !== 2 || result.messages !== "", `no words for ${what}`);
        outcomes[result.code === 2 ? "error" : "answer"] += 1;
    }
    check(outcomes.error > INPUTS / 4, `hardly any of it is refused: ${JSON.stringify(outcomes)}`);
    // What a command says is text, never part of the page.
    await fill(page, { register: "<img src=x onerror=alert(1)>" });
    check((await page.$("#register-answer img")) === null && (await text(page, "#register-answer .error")) !== "", "a register is no HTML");
    await fill(page, { register: "PRBS7" });
    check((await text(page, "#register-answer")).includes("127"), "the page goes on");
    console.log(`garbage: ${JSON.stringify(outcomes)}`);
});
