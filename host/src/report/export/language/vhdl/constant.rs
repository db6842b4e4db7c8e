//! [`Constant`]: a constant in the parts that every tool reads as they are written.

/// The bits of a constant, and where each part of them belongs.
///
/// It is one part but where GHDL before version 3 would make hardware with zeros instead: a width that is a multiple of 32, above 32, and ones in the
/// highest 32 bits alone (its issue 2011; its simulator is right). Those bits are then a part by themselves.
pub(super) struct Constant(Vec<(String, String)>);

impl Constant {
    /// Bit 0 first.
    pub(super) fn new(bits: impl Iterator<Item = bool>) -> Self {
        let bits: Vec<bool> = bits.collect();
        let below = bits.len().saturating_sub(32);
        let (low, high) = bits.split_at(below);
        if below > 0 && below.is_multiple_of(32) && !low.contains(&true) && high.contains(&true) {
            let range = |top: usize, end: usize| format!("({} downto {end})", top - 1);
            return Self(vec![(range(bits.len(), below), literal(high)), (range(below, 0), literal(low))]);
        }
        Self(vec![(String::new(), literal(&bits))])
    }

    /// The same of a number.
    pub(super) fn number(value: u128, width: usize) -> Self {
        Self::new((0..width).map(|i| value >> i & 1 == 1))
    }

    /// Whether a signal has it.
    pub(super) fn equals(&self, name: &str) -> String {
        self.0.iter().map(|(range, part)| format!("{name}{range} = {part}")).collect::<Vec<_>>().join(" and ")
    }

    /// A statement for each part, made of its range and its bits, each in a line of its own behind so many blanks.
    pub(super) fn statements(&self, blanks: usize, statement: impl Fn(&str, &str) -> String) -> String {
        self.0.iter().map(|(range, part)| format!("{:blanks$}{};\n", "", statement(range, part))).collect()
    }
}

/// Bit 0 last.
fn literal(bits: &[bool]) -> String {
    let digits: String = bits.iter().rev().map(|bit| if *bit { '1' } else { '0' }).collect();
    format!("\"{digits}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ones_at_the_top_alone_are_a_part() {
        for (width, bits, parts) in [
            (64, 1 << 40, 2),
            (64, 1 << 63, 2),
            (96, 1 << 70, 2),
            (128, 1 << 127, 2),
            (96, 1 << 40, 1),
            (64, 1 << 40 | 1, 1),
            (64, 1, 1),
            (64, 0, 1),
            (63, 1 << 62, 1),
            (32, 1 << 31, 1),
            (1, 1, 1),
        ] {
            let constant = Constant::number(bits, width);
            assert_eq!(constant.0.len(), parts, "{width} {bits:#x}");
            let digits: String = constant.0.iter().map(|(_, part)| part.trim_matches('"')).collect();
            assert_eq!(u128::from_str_radix(&digits, 2), Ok(bits), "{width} {bits:#x}");
            assert_eq!(digits.len(), width);
        }
        let split = Constant::number(3 << 62, 64);
        let (high, low) = ("11".to_owned() + &"0".repeat(30), "0".repeat(32));
        assert_eq!(split.equals("a"), format!("a(63 downto 32) = \"{high}\" and a(31 downto 0) = \"{low}\""));
        assert_eq!(
            split.statements(4, |range, part| format!("a{range} <= {part}")),
            format!("    a(63 downto 32) <= \"{high}\";\n    a(31 downto 0) <= \"{low}\";\n")
        );
    }
}
