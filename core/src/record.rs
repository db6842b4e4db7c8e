//! [`Record`]: what a kernel finds for one start state; also the value the device sends over its link.

/// The arc from a section state to the next section state on its cycle.
///
/// For the start `s` of a section, `end` is the first section state after `s` and `steps` >= 1 the number of steps to it
/// (at most 2^n, 0 stands for 2^64).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "link", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Record {
    /// The state the arc starts from.
    pub start: u64,
    /// The section state it ends in.
    pub end: u64,
    /// Steps from `start` to `end`.
    pub steps: u64,
}
