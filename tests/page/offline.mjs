// From a web server the page comes once, and works without it from then on.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { check, folder, open, settled, text, withBrowser } from "./browser.mjs";

const KINDS = { ".html": "text/html; charset=utf-8", ".wasm": "application/wasm", ".js": "text/javascript; charset=utf-8" };

const asked = [];
const server = createServer(async ({ url }, response) => {
    const name = url === "/" ? "index.html" : path.basename(url);
    asked.push(name);
    try {
        const contents = await readFile(path.join(folder, name));
        response.writeHead(200, { "Content-Type": KINDS[path.extname(name)] }).end(contents);
    } catch {
        response.writeHead(404).end();
    }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}/`;

await withBrowser(async (browser) => {
    const page = await open(browser, "#register?register=PRBS9", { url });
    check((await text(page, "#register-cycles")).includes("511"), "an answer from the server's page");
    const painted = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
    console.log(`first paint after ${Math.round(painted)} ms`);
    check(!asked.includes("lfsr.wasm.js"), "the script is for file systems only");
    await page.evaluate(() => navigator.serviceWorker.ready);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const count = asked.length;
    await page.reload();
    await settled(page);
    check((await text(page, "#register-cycles")).includes("511"), "the same answer without the server");
    check(asked.length === count, "nobody was asked");
});
console.log("offline: works");
process.exit(0);
