// Runs commands of the program in workers, so that nothing it does can stop the page.
"use strict";

/** The program, compiled once. Beside the page over HTTP, from a script where a page may not fetch: from a file system. */
async function compile() {
    if (location.protocol !== "file:") {
        const response = await fetch("lfsr.wasm");
        return WebAssembly.compileStreaming(response);
    }
    const packed = await new Promise((resolve, reject) => {
        globalThis.lfsrProgram = resolve;
        const script = document.createElement("script");
        script.src = "lfsr.wasm.js";
        script.onerror = () => reject(new Error("lfsr.wasm.js is not beside this page; take the whole folder"));
        document.head.append(script);
    });
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
}

const program = compile();
const workerCode = URL.createObjectURL(new Blob([document.getElementById("worker").textContent], { type: "text/javascript" }));

/** What a command left. */
class Result {
    constructor({ code, output, said, written }) {
        Object.assign(this, { code, output, said, written });
    }

    get text() {
        return new TextDecoder().decode(this.output);
    }

    get json() {
        return JSON.parse(this.text);
    }

    /** Neither bad input nor a failure: "no" (1) is an answer. */
    get isAnswer() {
        return this.code <= 1;
    }

    /** Errors and notes, as a person reads them here. */
    get messages() {
        return this.said.filter((line) => line !== "").map((line) => line.replace(/^lfsr: /, "")).join("\n");
    }
}

/** One command at a time: a new one ends the one before. */
class Runner {
    /** The result; `null` if it was stopped, or another command came. */
    async run(args, files = [], onProgress = () => {}) {
        this.stop();
        const turn = (this.turn = {});
        const module = await program;
        if (turn !== this.turn) {
            return null;
        }
        this.worker ??= new Worker(workerCode);
        const worker = this.worker;
        return new Promise((resolve) => {
            this.end = () => resolve(null);
            const broken = (message) => {
                this.drop();
                resolve(new Result({ code: 3, output: new Uint8Array(), said: [message], written: [] }));
            };
            worker.onerror = (event) => broken(`the program broke off: ${event.message}`);
            worker.onmessage = ({ data }) => {
                if (data.progress) {
                    onProgress(...data.progress);
                } else {
                    this.end = null;
                    resolve(new Result(data));
                }
            };
            worker.postMessage({ module, args, files });
        });
    }

    /** Ends what runs. */
    stop() {
        this.turn = null;
        if (this.end) {
            this.end();
            this.drop();
        }
    }

    drop() {
        this.worker.terminate();
        this.worker = null;
        this.end = null;
    }
}
