// A file of 100 MB (its path and number of wrong bits are the arguments): read where it is, checked, and stopped at once when asked to.
import { check, open, settled, text, withBrowser } from "./browser.mjs";

await withBrowser(async (browser) => {
    const page = await open(browser, "#bits?against=PRBS31");
    const field = await page.$("#panel-bits [name=file]");
    const begun = Date.now();
    await field.uploadFile(process.argv[2]);
    await settled(page, 300_000);
    const said = await text(page, "#bits-check");
    check(said.includes("PRBS31: locked with errors") && new RegExp(`\\nerrors\\s+${process.argv[3]}, `).test(said), said);
    console.log(`large: checked and identified in ${Date.now() - begun} ms`);
    // Again, and stopped.
    await page.$eval("#panel-bits form", (form) => form.requestSubmit());
    await page.waitForSelector("#panel-bits .stop:not([hidden])");
    await page.click("#panel-bits .stop");
    await page.click("nav a[href='#crc']");
    await settled(page);
    check((await text(page, "#crc-answer .verdict")) === "0xcbf43926", "the page goes on");
});
