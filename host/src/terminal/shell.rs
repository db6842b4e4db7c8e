//! [`quoted`]: words as a shell takes them.

/// The word as it stands if a shell leaves it alone, else in quotes.
#[must_use]
pub fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:@%^,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word() {
        assert_eq!(quoted("x^16+x^14+1"), "x^16+x^14+1");
        for (text, word) in [("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("$HOME", "'$HOME'"), ("*", "'*'")] {
            assert_eq!(quoted(text), word);
        }
    }
}
