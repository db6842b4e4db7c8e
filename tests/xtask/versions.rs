//! The versions that the firmware shares with the host.

use std::{collections::BTreeMap, fs, path::Path};

/// Crates whose version host and firmware must share, since what they write crosses the link.
const SHARED: [&str; 6] = ["cobs", "crc", "embedded-io", "heapless", "postcard", "serde"];

/// The firmware's lock file has the host's versions where it matters.
pub(crate) fn shared(root: &Path) -> Result<(), String> {
    let host = versions(&root.join("Cargo.lock"))?;
    let device = versions(&root.join("firmware").join("Cargo.lock"))?;
    let differing: Vec<String> = SHARED
        .iter()
        // A driver may bring another version for itself.
        .filter(|name| {
            let among = |version| device.get(**name).is_some_and(|known| known.contains(version));
            !host.get(**name).is_some_and(|versions| versions.iter().all(among))
        })
        .map(|name| format!("{name}: host {:?}, firmware {:?}", host.get(*name), device.get(*name)))
        .collect();
    if differing.is_empty() { Ok(()) } else { Err(differing.join("; ")) }
}

/// Name -> versions in a lock file.
fn versions(path: &Path) -> Result<BTreeMap<String, Vec<String>>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut name = "";
    for line in text.lines() {
        if let Some(value) = line.strip_prefix("name = ") {
            name = value.trim_matches('"');
        } else if let Some(value) = line.strip_prefix("version = ") {
            // The lock file's own version comes before any name.
            if !name.is_empty() {
                found.entry(name.to_owned()).or_default().push(value.trim_matches('"').to_owned());
            }
        }
    }
    Ok(found)
}
