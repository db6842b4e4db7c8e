// Two widths, two themes, all panels: nothing sticks out, the rules of accessibility hold, and there are pictures to look at (LFSR_SHOTS names a folder).
import path from "node:path";
import { axe, check, fill, open, withBrowser } from "./browser.mjs";

const PANELS = {
    register: { register: "PRBS7" },
    bits: { bits: "111111100000010000011000010100011110010001011001110101001111101000011100010010011011010110111101100011010010111011100110010101011111110000001000001100", against: "PRBS7" },
    crc: { other: "crc-32/bzip2" },
    export: { width: "64" },
    command: {},
};

await withBrowser(async (browser) => {
    for (const [width, theme] of [[360, "light"], [1280, "dark"]]) {
        for (const [panel, values] of Object.entries(PANELS)) {
            const page = await open(browser, `#${panel}`, { width, theme });
            await fill(page, values);
            const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
            check(wide <= width, `${panel} is ${wide} wide on a screen of ${width}`);
            await page.evaluate(axe);
            const { violations } = await page.evaluate(() => globalThis.axe.run(document));
            check(violations.length === 0, `${panel}, ${theme}: ${JSON.stringify(violations.map(({ id, help, nodes }) => [id, help, nodes.map((node) => node.html.slice(0, 200))]), null, 1)}`);
            if (process.env.LFSR_SHOTS) {
                await page.screenshot({ path: path.join(process.env.LFSR_SHOTS, `${panel}-${width}-${theme}.png`), fullPage: true });
            }
            await page.close();
        }
    }
});
console.log("looks: nothing found");
