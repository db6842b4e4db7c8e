// A browser with the page in it, and what the benches do with it.
import { createRequire } from "node:module";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(path.join(process.env.LFSR_PUPPETEER, "package.json"));
const puppeteer = require("puppeteer-core");

/** The source of axe, which knows the rules of accessibility. */
export const axe = require("axe-core").source;

/** The page's folder. */
export const folder = path.resolve(process.env.LFSR_PAGE);

/** The page as it is opened from a file system. */
export const fromDisk = pathToFileURL(path.join(folder, "index.html")).href;

/** The browser of that name, or the first on the path that there is. */
function program() {
    const places = process.env.PATH.split(path.delimiter).flatMap((folder) => ["chromium", "google-chrome"].map((name) => path.join(folder, name)));
    return process.env.LFSR_CHROMIUM ?? places.find(existsSync) ?? fail("no chromium here");
}

/** Runs `work` with a browser, which is ended in any case. */
export async function withBrowser(work) {
    const profile = mkdtempSync(path.join(tmpdir(), "lfsr-page-"));
    const browser = await puppeteer.launch({
        executablePath: program(),
        userDataDir: profile,
        // Inside a container there are neither users to separate nor a large /dev/shm.
        args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        protocolTimeout: 300_000,
    });
    try {
        return await work(browser);
    } finally {
        await browser.close();
        rmSync(profile, { recursive: true, force: true });
    }
}

/** Opens the page; its errors end the bench. `requests` are the addresses that it asked for. */
export async function open(browser, fragment = "", { url = fromDisk, width = 1280, theme = "light" } = {}) {
    const page = await browser.newPage();
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    page.requests = [];
    page.on("request", (request) => page.requests.push(request.url()));
    page.on("pageerror", (error) => fail(`the page threw: ${error.message}`));
    page.on("console", (message) => message.type() === "error" && fail(`the page complains: ${message.text()}`));
    await page.goto(url + fragment);
    await settled(page);
    return page;
}

/** Waits until nothing is being computed. */
export async function settled(page, timeout = 120_000) {
    // A panel is busy from what is typed or pressed until its answer. A changed address alone is noticed a moment later.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"), { timeout });
}

/** Puts values into the fields of the panel that is shown, as a person does, and waits for the answer. */
export async function fill(page, values, form = "main > section:not([hidden]) form") {
    await page.$eval(form, (form, values) => {
        for (const [name, value] of Object.entries(values)) {
            const field = form.elements[name];
            field.type === "checkbox" ? (field.checked = value) : (field.value = value);
            field.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }, values);
    await settled(page);
}

/** The text of an answer. */
export async function text(page, selector) {
    return page.$eval(selector, (element) => element.innerText);
}

/** What a command gives in the page. */
export async function run(page, args, files = {}) {
    return page.evaluate(async (args, files) => {
        const blobs = Object.entries(files).map(([name, text]) => [name, new Blob([text])]);
        const result = await (globalThis.bench ??= new Runner()).run(args, blobs);
        return { code: result.code, text: result.text, messages: result.messages };
    }, args, files);
}

export function fail(why) {
    console.error(why);
    process.exit(1);
}

export function check(is, why) {
    if (!is) {
        fail(why);
    }
}
