// The program in the page against the program of this machine: the same objects for the same commands, one JSON array of arguments a line of the file that is the argument.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { check, open, run, withBrowser } from "./browser.mjs";

/** What may differ: times, memory, who worked. */
const OWN = /^(schedule_reason|schedule|workers|per_worker|batch_size|elapsed_s|states_per_s|busy_s|imbalance_.*|scheduling_cost|peak_memory_bytes|backend|kernel|wall_.*)$/;

function masked(value) {
    if (Array.isArray(value)) {
        return value.map(masked);
    }
    if (value !== null && typeof value === "object") {
        return Object.fromEntries(Object.entries(value).filter(([name]) => !OWN.test(name)).map(([name, inner]) => [name, masked(inner)]));
    }
    return value;
}

const commands = readFileSync(process.argv[2], "utf8").trim().split("\n").map((line) => JSON.parse(line));
await withBrowser(async (browser) => {
    const page = await open(browser);
    for (const args of commands) {
        const here = await run(page, args);
        let native;
        try {
            native = { code: 0, text: execFileSync(process.env.LFSR_PROGRAM, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28 }) };
        } catch (error) {
            native = { code: error.status, text: error.stdout };
        }
        const objects = [here, native].map(({ code, text }) => JSON.stringify([code, text.trim().split("\n").map((line) => (line.startsWith("{") ? masked(JSON.parse(line)) : line))]));
        check(objects[0] === objects[1], `${JSON.stringify(args)}\npage:    ${objects[0].slice(0, 2000)}\nprogram: ${objects[1].slice(0, 2000)}`);
    }
});
console.log(`same: ${commands.length} commands`);
