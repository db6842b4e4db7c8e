//! [`similar`]: the known names that a misspelt one may have meant.

use lfsr_core::catalogue::ENTRIES;

/// Letters that may be wrong, missing or too many.
const MOST_WRONG: usize = 2;

/// Names given at most.
const MOST_NAMES: usize = 4;

/// The names of registers nearest to `name`.
#[must_use]
pub(crate) fn similar(name: &str) -> Vec<&'static str> {
    let all: Vec<&str> = ENTRIES.iter().flat_map(|entry| entry.aliases.iter().chain([&entry.name])).copied().collect();
    similar_of(&all, name)
}

/// Of all names those nearest to `name`: those that it is the beginning of, else those with few wrong letters. Empty if there are none.
#[must_use]
pub(crate) fn similar_of(all: &[&'static str], name: &str) -> Vec<&'static str> {
    /// No name is as long as this.
    const LONGEST: usize = 64;
    let letters = |text: &str| text.to_ascii_lowercase().replace([' ', '-', '_', '/'], "");
    let wanted = letters(name);
    if wanted.is_empty() || wanted.len() > LONGEST {
        return vec![];
    }
    let all = || all.iter().copied();
    let mut found: Vec<&str> = all().filter(|known| letters(known).starts_with(&wanted)).collect();
    if found.is_empty() {
        let distance = |known: &&str| strsim::osa_distance(&letters(known), &wanted);
        let least = all().map(|known| distance(&known)).min().unwrap_or(usize::MAX);
        // Of a short word a few letters are all.
        if least <= MOST_WRONG.min(wanted.len() / 3) {
            found = all().filter(|known| distance(known) == least).collect();
        }
    }
    found.truncate(MOST_NAMES);
    found
}

/// `; did you mean PRBS31?`, or nothing.
#[must_use]
pub(crate) fn did_you_mean(names: &[&str]) -> String {
    if names.is_empty() { String::new() } else { format!("; did you mean {}?", names.join(" or ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_names() {
        assert_eq!(similar("prb31"), ["PRBS31"]);
        assert!(similar("pcie").contains(&"PCIe-Gen1"));
        assert_eq!(similar("sonnet"), ["SONET"]);
        assert_eq!(similar("blutooth"), ["Bluetooth"]);
        assert!(similar("nosuchthing").is_empty() && similar("").is_empty() && similar("q").len() <= MOST_NAMES);
        assert!(similar(&"p".repeat(1_000_000)).is_empty());
    }
}
