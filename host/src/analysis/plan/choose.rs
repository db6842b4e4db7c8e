//! [`choose`]: which kernel walks through every state.

use super::{
    kernel::{Kernel, LEAST_BLOCK_ZEROS, TABLE_ENTRY, sectioned},
    options::Options,
    schedule::workers,
};

/// The largest section that is chosen without need: 2^22 states, 64 MiB.
const MOST_SECTION_BITS: u32 = 22;

/// A section of 2^10 states: enough starts for many workers, few enough to join in no time.
const USUAL_SECTION_BITS: u32 = 10;

/// Zeros of a section whose arcs are cheap enough to redo after a crash: of 2^33 states, a fraction of a second; of [`GAPPED_ZEROS`],
/// some seconds
/// to half a minute.
const KEPT_ZEROS: u32 = 33;

/// log2 of the starts that each of many workers should have, so that the last to end is not far behind: arcs differ as random gaps do.
const STARTS_LOG_OF_MANY: u32 = 5;

/// Zeros of a section for which half of the bits need not be computed (42 would do), and false alarms are rare: worth arcs of 2^44
/// states, some ten seconds each. Few starts are enough, since workers help each other with arcs so long.
const GAPPED_ZEROS: u32 = 44;

/// A section that nearly every cycle meets, if its table is small; else leaders one by one.
pub(crate) fn choose(n: u32, order: Option<u128>, options: &Options) -> Kernel {
    let order_bits = order.map_or(n, |order| 127 - order.leading_zeros().min(127));
    let usual = match n {
        48.. => (n - USUAL_SECTION_BITS).max(GAPPED_ZEROS),
        // Runs of 26 zeros and more are found 512 states at a time, and the more zeros the fewer false alarms: worth a smaller section.
        32.. => (n - USUAL_SECTION_BITS).max((n - 4).min(28)),
        27.. => (n - USUAL_SECTION_BITS).max(20),
        23.. => LEAST_BLOCK_ZEROS,
        _ => n.saturating_sub(USUAL_SECTION_BITS.min(n / 2 + 2)),
    };
    let most = if options.kept {
        (if n >= 48 { GAPPED_ZEROS } else { KEPT_ZEROS }).max(n.saturating_sub(MOST_SECTION_BITS))
    } else {
        n
    };
    let usual = usual
        .min(most)
        .min(for_many(n, options))
        .min(n.saturating_sub(options.shards.next_power_of_two().trailing_zeros()));
    // Of 2^(n-m) cycles of length p >= 2^m, a part exp(-p / 2^(z+1)) misses the section: make that less than one in a thousand.
    let missing = 0.7 * f64::from(n - order_bits.min(n)) + 7.0;
    let margin = 1 + missing.log2().ceil() as u32;
    // The one cycle of a register of maximal length has runs of any length.
    let only_one = n >= 48 && order == Some((1 << n) - 1);
    let zeros = if only_one { usual } else { usual.min(order_bits.saturating_sub(margin)) };
    let section_bits = n - zeros;
    let affordable = section_bits < 60 && TABLE_ENTRY << section_bits <= options.max_memory;
    if section_bits <= MOST_SECTION_BITS && affordable && (zeros >= 4 || n <= 12) {
        sectioned(zeros)
    } else {
        Kernel::Leader
    }
}

/// The most zeros that leave enough starts for all workers; any number for two of them, or where they help each other with arcs. What is kept
/// or shared out may go on on another machine, so that this one's workers must not count.
fn for_many(n: u32, options: &Options) -> u32 {
    let workers = workers(options.workers, Kernel::Block(0).seconds(n));
    if workers <= 2 || !(23..48).contains(&n) || options.kept || options.shards > 1 {
        return n;
    }
    n - workers.next_power_of_two().trailing_zeros() - STARTS_LOG_OF_MANY
}
