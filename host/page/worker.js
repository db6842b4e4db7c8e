// The worker: runs one command of the program after the other, each in a new instance. The page ends the worker to stop a command.
"use strict";

onmessage = ({ data: { module, args, files } }) => {
    const said = [];
    const system = new System(["lfsr", ...args], files, (line) => {
        const progress = /^progress: (\d+) of (\d+)$/.exec(line);
        if (progress) {
            postMessage({ progress: [Number(progress[1]), Number(progress[2])] });
        } else {
            said.push(line);
        }
    });
    let code;
    try {
        code = system.run(module);
    } catch (error) {
        // A trap: the program's own words come first, if it had any.
        code = 3;
        said.push(`lfsr: the program broke off (${error.message}); please report the address of this page`);
    }
    if (system.isCut) {
        said.push(`lfsr: cut after ${MOST_OUTPUT / 2 ** 20} MiB; a shell takes it whole`);
    }
    postMessage({ code, output: system.output.contents(), said, written: system.written() });
};
