//! A server of one folder to this machine, to look at the page as from a web server.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::Path,
};

/// Serves the files of `folder` until it is ended.
pub(crate) fn serve(folder: &Path) -> Result<(), String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("http://{address}/ (Ctrl-C ends it)");
    for stream in listener.incoming().flatten() {
        // A browser that goes away is no error of ours.
        let _ = answer(stream, folder);
    }
    Ok(())
}

fn answer(stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    let mut request = String::new();
    BufReader::new(&stream).read_line(&mut request)?;
    let name = request.split(' ').nth(1).unwrap_or("/").trim_start_matches('/');
    let name = if name.is_empty() { "index.html" } else { name };
    // Names of files in the folder itself, and nothing else.
    let file = if name.contains('/') || name.contains("..") { None } else { fs::read(folder.join(name)).ok() };
    let (status, body) = file.map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("wasm") => "application/wasm",
        _ => "text/javascript; charset=utf-8",
    };
    let length = body.len();
    write!(&stream, "HTTP/1.0 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n")?;
    (&stream).write_all(&body)
}
