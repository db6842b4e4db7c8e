// What the program sees of the world: its arguments, some files, two outputs, a clock. WASI preview 1, as far as lfsr asks for it.
// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md has the calls, the layouts and the numbers.
"use strict";

const ERRNO = { ok: 0, badFile: 8, exists: 20, invalid: 28, isDirectory: 31, noEntry: 44, noSystem: 52, notSupported: 58, pipe: 64, noSeek: 70 };
const TYPE = { stream: 0, directory: 3, file: 4 };

/** More than this a command may not write: nobody reads it, and the memory of a browser is small. */
const MOST_OUTPUT = 1 << 26;

/** Thrown to leave the program. */
class Exit {
    constructor(code) {
        this.code = code;
    }
}

/** A file that the user gave: read from where it is, piece by piece, so that its size does not matter. */
class Given {
    constructor(blob) {
        this.blob = blob;
    }

    get size() {
        return this.blob.size;
    }

    read(at, length) {
        return new Uint8Array(new FileReaderSync().readAsArrayBuffer(this.blob.slice(at, at + length)));
    }

    write() {
        return ERRNO.notSupported;
    }
}

/** A file that the program writes. */
class Written {
    constructor() {
        this.bytes = new Uint8Array(1024);
        this.size = 0;
    }

    read(at, length) {
        return this.bytes.subarray(at, Math.min(at + length, this.size));
    }

    write(at, bytes) {
        const end = at + bytes.length;
        if (end > MOST_OUTPUT) {
            this.isCut = true;
            return ERRNO.pipe;
        }
        if (end > this.bytes.length) {
            const larger = new Uint8Array(Math.max(end, 2 * this.bytes.length));
            larger.set(this.bytes.subarray(0, this.size));
            this.bytes = larger;
        }
        this.bytes.set(bytes, at);
        this.size = Math.max(this.size, end);
        return ERRNO.ok;
    }

    contents() {
        return this.bytes.slice(0, this.size);
    }
}

/** Where a program runs. */
class System {
    /** `files`: names and blobs. `onLine`: called with each line of standard error. */
    constructor(args, files, onLine) {
        const encoder = new TextEncoder();
        this.args = args.map((argument) => encoder.encode(argument + "\0"));
        this.files = new Map([...files].map(([name, blob]) => [name, new Given(blob)]));
        this.folders = new Set(["."]);
        this.output = new Written();
        this.errors = new Lines(onLine);
        this.open = new Map([
            [0, { stream: new Written(), at: 0 }],
            [1, { stream: this.output, at: 0 }],
            [2, { stream: this.errors, at: 0 }],
            [3, { folder: "." }],
        ]);
        this.decoder = new TextDecoder();
    }

    /** Runs the program to its end; its exit status. */
    run(module) {
        const imports = {};
        for (const { module: from, name } of WebAssembly.Module.imports(module)) {
            imports[from] ??= {};
            // An older C library has the calls for threads here; that there are none is said when one is to be created.
            const missing = () => (name === "pthread_create" ? ERRNO.notSupported : from === "env" ? ERRNO.ok : ERRNO.noSystem);
            imports[from][name] = this[name] ? this[name].bind(this) : missing;
        }
        const { exports } = new WebAssembly.Instance(module, imports);
        this.memory = exports.memory;
        try {
            exports._start();
            return 0;
        } catch (thrown) {
            if (thrown instanceof Exit) {
                return thrown.code;
            }
            throw thrown;
        }
    }

    /** Whether more was written than is kept. */
    get isCut() {
        return [this.output, ...this.files.values()].some((file) => file.isCut);
    }

    /** What was written, by name. */
    written() {
        const files = [...this.files].filter(([, file]) => file instanceof Written);
        return files.map(([name, file]) => [name, file.contents()]);
    }

    get view() {
        return new DataView(this.memory.buffer);
    }

    bytes(at, length) {
        return new Uint8Array(this.memory.buffer, at, length);
    }

    text(at, length) {
        const path = this.decoder.decode(this.bytes(at, length));
        return path.split("/").filter((part) => part !== "" && part !== ".").join("/") || ".";
    }

    /** The parts of memory that a call reads from or writes to. */
    parts(at, count) {
        const view = this.view;
        return Array.from({ length: count }, (_, i) => this.bytes(view.getUint32(at + 8 * i, true), view.getUint32(at + 8 * i + 4, true)));
    }

    args_sizes_get(count, size) {
        this.view.setUint32(count, this.args.length, true);
        this.view.setUint32(size, this.args.reduce((sum, argument) => sum + argument.length, 0), true);
        return ERRNO.ok;
    }

    args_get(pointers, at) {
        for (const argument of this.args) {
            this.view.setUint32(pointers, at, true);
            this.bytes(at, argument.length).set(argument);
            pointers += 4;
            at += argument.length;
        }
        return ERRNO.ok;
    }

    environ_sizes_get(count, size) {
        this.view.setUint32(count, 0, true);
        this.view.setUint32(size, 0, true);
        return ERRNO.ok;
    }

    environ_get() {
        return ERRNO.ok;
    }

    clock_time_get(clock, _precision, at) {
        const now = clock === 0 ? Date.now() : performance.now();
        this.view.setBigUint64(at, BigInt(Math.round(now * 1e6)), true);
        return ERRNO.ok;
    }

    random_get(at, length) {
        for (let done = 0; done < length; done += 65536) {
            crypto.getRandomValues(this.bytes(at + done, Math.min(65536, length - done)));
        }
        return ERRNO.ok;
    }

    sched_yield() {
        return ERRNO.ok;
    }

    proc_exit(code) {
        throw new Exit(code);
    }

    fd_close(fd) {
        return this.open.delete(fd) ? ERRNO.ok : ERRNO.badFile;
    }

    fd_sync() {
        return ERRNO.ok;
    }

    fd_fdstat_get(fd, at) {
        const entry = this.open.get(fd);
        if (!entry) {
            return ERRNO.badFile;
        }
        this.bytes(at, 24).fill(0);
        this.view.setUint8(at, entry.folder ? TYPE.directory : entry.file ? TYPE.file : TYPE.stream);
        this.view.setBigUint64(at + 8, ~0n & 0xffffffffffffffffn, true);
        this.view.setBigUint64(at + 16, ~0n & 0xffffffffffffffffn, true);
        return ERRNO.ok;
    }

    fd_fdstat_set_flags() {
        return ERRNO.ok;
    }

    fd_prestat_get(fd, at) {
        if (fd !== 3) {
            return ERRNO.badFile;
        }
        this.view.setUint32(at, 0, true);
        this.view.setUint32(at + 4, 1, true);
        return ERRNO.ok;
    }

    fd_prestat_dir_name(fd, at) {
        this.bytes(at, 1)[0] = ".".charCodeAt(0);
        return fd === 3 ? ERRNO.ok : ERRNO.badFile;
    }

    stat(at, type, size) {
        this.bytes(at, 64).fill(0);
        this.view.setUint8(at + 16, type);
        this.view.setBigUint64(at + 24, 1n, true);
        this.view.setBigUint64(at + 32, BigInt(size), true);
        return ERRNO.ok;
    }

    fd_filestat_get(fd, at) {
        const entry = this.open.get(fd);
        if (!entry) {
            return ERRNO.badFile;
        }
        return this.stat(at, entry.folder ? TYPE.directory : entry.file ? TYPE.file : TYPE.stream, entry.file?.size ?? 0);
    }

    path_filestat_get(_fd, _flags, path, length, at) {
        const name = this.text(path, length);
        if (this.folders.has(name)) {
            return this.stat(at, TYPE.directory, 0);
        }
        const file = this.files.get(name);
        return file ? this.stat(at, TYPE.file, file.size) : ERRNO.noEntry;
    }

    path_open(_fd, _lookup, path, length, how, _rights, _inheriting, flags, at) {
        const [create, directory, exclusive, truncate] = [how & 1, how & 2, how & 4, how & 8];
        const name = this.text(path, length);
        const fd = Math.max(...this.open.keys()) + 1;
        if (this.folders.has(name)) {
            if (create) {
                return ERRNO.isDirectory;
            }
            this.open.set(fd, { folder: name });
        } else {
            const is_there = this.files.has(name);
            if (directory || (!is_there && !create)) {
                return ERRNO.noEntry;
            }
            if (is_there && exclusive) {
                return ERRNO.exists;
            }
            if (!is_there || truncate) {
                this.files.set(name, new Written());
            }
            const file = this.files.get(name);
            this.open.set(fd, { file, at: flags & 1 ? file.size : 0 });
        }
        this.view.setUint32(at, fd, true);
        return ERRNO.ok;
    }

    path_create_directory(_fd, path, length) {
        const name = this.text(path, length);
        if (this.folders.has(name) || this.files.has(name)) {
            return ERRNO.exists;
        }
        this.folders.add(name);
        return ERRNO.ok;
    }

    path_unlink_file(_fd, path, length) {
        return this.files.delete(this.text(path, length)) ? ERRNO.ok : ERRNO.noEntry;
    }

    path_rename(_from, path, length, _to, new_path, new_length) {
        const [before, after] = [this.text(path, length), this.text(new_path, new_length)];
        const file = this.files.get(before);
        if (!file) {
            return ERRNO.noEntry;
        }
        this.files.delete(before);
        this.files.set(after, file);
        return ERRNO.ok;
    }

    fd_seek(fd, offset, whence, at) {
        const entry = this.open.get(fd);
        if (!entry?.file) {
            return entry ? ERRNO.noSeek : ERRNO.badFile;
        }
        const from = [0, entry.at, entry.file.size][whence];
        const to = from + Number(offset);
        if (!(to >= 0)) {
            return ERRNO.invalid;
        }
        entry.at = to;
        this.view.setBigUint64(at, BigInt(to), true);
        return ERRNO.ok;
    }

    fd_tell(fd, at) {
        return this.fd_seek(fd, 0n, 1, at);
    }

    fd_read(fd, parts, count, at) {
        const entry = this.open.get(fd);
        const source = entry?.file ?? entry?.stream;
        if (!source?.read) {
            return entry?.folder ? ERRNO.isDirectory : ERRNO.badFile;
        }
        let total = 0;
        for (const part of this.parts(parts, count)) {
            const bytes = source.read(entry.at, part.length);
            part.set(bytes);
            entry.at += bytes.length;
            total += bytes.length;
            if (bytes.length < part.length) {
                break;
            }
        }
        this.view.setUint32(at, total, true);
        return ERRNO.ok;
    }

    fd_write(fd, parts, count, at) {
        const entry = this.open.get(fd);
        const target = entry?.file ?? entry?.stream;
        if (!target) {
            return entry?.folder ? ERRNO.isDirectory : ERRNO.badFile;
        }
        let total = 0;
        for (const part of this.parts(parts, count)) {
            const error = target.write(entry.at, part);
            if (error) {
                return error;
            }
            entry.at += part.length;
            total += part.length;
        }
        this.view.setUint32(at, total, true);
        return ERRNO.ok;
    }
}

/** Standard error, line by line. */
class Lines {
    constructor(onLine) {
        this.onLine = onLine;
        this.decoder = new TextDecoder();
        this.rest = "";
    }

    write(_at, bytes) {
        const lines = (this.rest + this.decoder.decode(bytes, { stream: true })).split("\n");
        this.rest = lines.pop();
        lines.forEach(this.onLine);
        return ERRNO.ok;
    }
}
