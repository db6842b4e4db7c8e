//! The page: the program built for browsers, and the files of `host/page` put together around it.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::{Compression, write::GzEncoder};

use crate::{
    child,
    log::Log,
    tools::{BROWSER, Cross, ensure_page},
};

/// `cargo xtask page`: builds it, and says where it is.
pub(crate) fn command(root: &Path) -> Result<PathBuf, String> {
    ensure_page()?;
    let page = build(root, &Log::terminal())?;
    println!("{}", page.join("index.html").display());
    Ok(page)
}

/// Where the page is put.
pub(crate) fn place(root: &Path) -> PathBuf {
    target_folder(root).join("page")
}

/// Why the page cannot be built here, if it cannot.
pub(crate) fn missing() -> Option<String> {
    Cross::find(BROWSER).is_none().then(|| format!("nothing here builds for {BROWSER}"))
}

/// Builds the page into `target/page`: `index.html` with all but the program, the program for servers (`lfsr.wasm`) with what keeps it for times
/// without a network (`offline.js`), and for a page that is opened from a file system, where a browser fetches scripts only, the program as `lfsr.wasm.js`.
pub(crate) fn build(root: &Path, log: &Log) -> Result<PathBuf, String> {
    let cross = Cross::find(BROWSER).ok_or_else(|| format!("nothing here builds for {BROWSER}"))?;
    let target = target_folder(root);
    let mut command = cross.cargo("build", BROWSER);
    command.current_dir(root).args(["-p", "lfsr-host", "--bin", "lfsr", "--no-default-features", "--profile", "page"]);
    command.arg("--locked").arg("--target-dir").arg(target.join("browser"));
    child::run(&mut command, child::PATIENCE, log)?;

    let program = read(&target.join("browser").join(BROWSER).join("page").join("lfsr.wasm"))?;
    let packed = packed(&program).map_err(|error| error.to_string())?;
    let script = format!("lfsrProgram(\"{}\");\n", BASE64_STANDARD.encode(&packed));
    let sources = root.join("host").join("page");
    let page = whole(&sources)?;
    let offline = read(&sources.join("offline.js"))?;
    let folder = place(root);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let files: [(&str, &[u8]); 4] = [
        ("index.html", page.as_bytes()),
        ("lfsr.wasm", &program),
        ("lfsr.wasm.js", script.as_bytes()),
        ("offline.js", &offline),
    ];
    for (name, contents) in files {
        let path = folder.join(name);
        fs::write(&path, contents).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    log.say(format_args!(
        "page: {} bytes, program: {} bytes, {} packed by gzip",
        page.len(),
        program.len(),
        packed.len()
    ));
    Ok(folder)
}

/// `index.html` with its style and scripts inside; those for the worker as a text, which the page makes a worker of.
fn whole(sources: &Path) -> Result<String, String> {
    let text = |name: &str| String::from_utf8(read(&sources.join(name))?).map_err(|error| format!("{name}: {error}"));
    let (mut page, mut worker, mut scripts) = (String::new(), String::new(), String::new());
    for line in text("index.html")?.lines() {
        if let Some(name) = between(line, "<link rel=\"stylesheet\" href=\"", "\">") {
            page += &format!("<style>\n{}</style>\n", text(name)?);
        } else if let Some(name) = between(line, "<script src=\"", "\" data-worker></script>") {
            worker += &text(name)?;
        } else if let Some(name) = between(line, "<script src=\"", "\"></script>") {
            scripts += &text(name)?;
        } else {
            if line == "</body>" {
                page += &format!(
                    "<script type=\"text/plain\" id=\"worker\">\n{worker}</script>\n<script>\n{scripts}</script>\n"
                );
            }
            page += line;
            page.push('\n');
        }
    }
    if worker.is_empty() || scripts.is_empty() {
        return Err("index.html names no scripts, or has no line </body>".into());
    }
    Ok(page)
}

fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    line.strip_prefix(before)?.strip_suffix(after)
}

fn packed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn target_folder(root: &Path) -> PathBuf {
    root.join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}
