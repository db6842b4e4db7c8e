//! A digest with a key.

use serde_json::{Value, json};

use super::{order, pairs, wrong};
use crate::bits::frames::{Digest, Frames, Order, Shift, Steps};

pub(super) fn text(begin: &str, frames: &Frames, found: &Digest) -> Vec<String> {
    let Digest { steps, constant, .. } = found;
    let digits = (steps.width as usize).div_ceil(4);
    let hex = |value: u128| format!("0x{value:0digits$x}");
    let numbers = |steps: &Steps| format!("generator {}, key {}", hex(steps.generator), hex(steps.key));
    let mut lines = vec![format!("{begin} a keyed digest of {} bits: {}", steps.width, numbers(steps))];
    lines.push(format!(
        "  keys          added for each 1 of the message, {}; shifted {} for each bit",
        way(found.order, frames.are_bytes),
        shift(steps.shift)
    ));
    if let Some((order, other)) = &found.other {
        let way = way(*order, frames.are_bytes);
        lines.push(format!("  or            {}, {way}; shifted {}", numbers(other), shift(other.shift)));
    }
    if *constant != 0 {
        lines.push(format!("  constant      {}, added to the sum", hex(*constant)));
    }
    let both = [(found.order, found.steps)].into_iter().chain(found.other);
    if let Some(function) = both.filter(|_| frames.are_bytes).find_map(|(order, steps)| function(order, &steps)) {
        let constant = if *constant == 0 { String::new() } else { format!(" ^ {}", hex(*constant)) };
        lines.push(format!("  in rtl_433    {function}{constant}"));
    }
    if let Some(order) = order(steps.width, found.is_lowest_first) {
        lines.push(format!("  checksum      {order}"));
    }
    if found.undecided > 0 {
        lines.push(format!(
            "  key, constant {} pairs fit these frames: bits of the message that never change say nothing",
            pairs(found.undecided)
        ));
    }
    lines.push(wrong(&found.wrong, found.right));
    lines
}

/// The order of the bits of a message, in words.
fn way(order: Order, are_bytes: bool) -> &'static str {
    match (order.is_backward, order.is_lowest_first) {
        (false, false) => "first bit to last",
        (true, true) => "last bit to first",
        _ if !are_bytes => unreachable!("bits have no order in bytes"),
        (false, true) => "first byte to last, of each the lowest bit first",
        (true, false) => "last byte to first, of each the highest bit first",
    }
}

const fn shift(shift: Shift) -> &'static str {
    match shift {
        Shift::Right => "right",
        Shift::Left => "left",
    }
}

/// The call of the function of rtl_433 that computes it.
fn function(order: Order, steps: &Steps) -> Option<String> {
    let is_plain = (order.is_backward, order.is_lowest_first) == (false, false);
    let is_turned = (order.is_backward, order.is_lowest_first) == (true, true);
    let name = match (steps.width, steps.shift) {
        (8, Shift::Right) if is_plain => "lfsr_digest8",
        (16, Shift::Right) if is_plain => "lfsr_digest16",
        (8, Shift::Left) if is_turned => "lfsr_digest8_reflect",
        _ => return None,
    };
    let digits = steps.width as usize / 4;
    Some(format!("{name}(message, bytes, 0x{:0digits$x}, 0x{:0digits$x})", steps.generator, steps.key))
}

pub(super) fn json(found: &Digest) -> Value {
    let one = |order: &Order, steps: &Steps| {
        json!({
            "generator": steps.generator.to_string(), "key": steps.key.to_string(), "shift": shift(steps.shift),
            "backward": order.is_backward, "lowest_bit_first": order.is_lowest_first,
        })
    };
    json!({
        "width": found.steps.width,
        "keys": one(&found.order, &found.steps),
        "other_way": found.other.as_ref().map(|(order, steps)| one(order, steps)),
        "xor": found.constant.to_string(),
        "lowest_byte_first": (found.steps.width > 8).then_some(found.is_lowest_first),
        "undecided_bits": found.undecided,
        "wrong_lines": found.wrong, "right": found.right, "evidence_bits": found.evidence,
    })
}
