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

/** What `run` gives when the user stopped it. */
const STOPPED = Symbol("stopped");

/** One command at a time: a new one takes the place of the one before. */
class Runner {
    /** The result; `STOPPED`, or `null` if another command came instead. */
    run(args, files = [], onProgress = () => {}) {
        this.end(null);
        return new Promise((settle) => {
            const turn = (this.turn = { settle, isRunning: false });
            program.then(
                (module) => turn === this.turn && this.start(turn, { module, args, files }, onProgress),
                (error) => turn === this.turn && this.finish(failed(`the program did not load: ${error.message}`)),
            );
        });
    }

    start(turn, message, onProgress) {
        this.worker ??= new Worker(workerCode);
        turn.isRunning = true;
        this.worker.onmessage = ({ data }) => (data.progress ? onProgress(...data.progress) : this.finish(new Result(data)));
        this.worker.onerror = (event) => {
            this.drop();
            this.finish(failed(`the program broke off: ${event.message}`));
        };
        this.worker.postMessage(message);
    }

    /** Ends what runs, because the user wants that. */
    stop() {
        this.end(STOPPED);
    }

    /** Ends what runs, with that outcome. */
    end(outcome) {
        if (this.turn?.isRunning) {
            this.drop();
        }
        this.finish(outcome);
    }

    finish(outcome) {
        const turn = this.turn;
        this.turn = null;
        turn?.settle(outcome);
    }

    drop() {
        this.worker?.terminate();
        this.worker = null;
    }
}

/** The result of one command, whose worker is not kept. */
async function once(args) {
    const runner = new Runner();
    const result = await runner.run(args);
    runner.drop();
    return result;
}

function failed(message) {
    return new Result({ code: 3, output: new Uint8Array(), said: [message], written: [] });
}
