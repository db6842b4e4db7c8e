//! The log of the emulated board.

use std::{io::Read, process::ChildStdout};

use defmt_decoder::{DecodeError, Table};

/// How many lines of a device's log are shown.
const SHOWN: usize = 10;

/// The device's log, line by line as it comes, until it ends.
pub(crate) fn decode(name: &str, mut output: ChildStdout, image: &[u8]) -> Vec<String> {
    let Some(table) = Table::parse(image).expect("the image is an ELF file") else { return vec![] };
    let mut decoder = table.new_stream_decoder();
    let mut lines = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = output.read(&mut buffer) {
        decoder.received(&buffer[..count]);
        loop {
            match decoder.decode() {
                Ok(frame) => {
                    let level = frame.level().map_or("PRINT", |level| level.as_str()).to_uppercase();
                    let line = format!("{level} {}", frame.display_message());
                    if lines.len() < SHOWN {
                        println!("device {name}: {line}");
                    }
                    lines.push(line);
                }
                Err(DecodeError::UnexpectedEof) => break,
                Err(DecodeError::Malformed) => lines.push("MALFORMED".to_owned()),
            }
        }
    }
    println!("device {name}: {} lines of log in all", lines.len());
    lines
}
