//! [`Vectors`]: clocks with their inputs and outputs, by the model.
//!
//! A network of sums is affine. So it is right for every state and input if it is right for zero and for each state bit and data bit alone: n + W + 1
//! cases decide it, of two clocks each, one that loads and one that steps. Then a long run from the reset on.

use lfsr_core::random::SplitMix64;

use super::{
    Design, Kind,
    model::{self, Bits, Inputs, Model},
    ports::Port,
};

/// Clocks, one in each line: the ports in order, the first lowest, in hexadecimal.
#[derive(Debug, Clone)]
pub(super) struct Vectors {
    /// The ports, inputs first.
    pub(super) ports: Vec<Port>,
    /// A line for each clock.
    pub(super) lines: String,
    /// How many.
    pub(super) clocks: usize,
}

impl Vectors {
    fn new(ports: Vec<Port>) -> Self {
        Self { ports, lines: String::new(), clocks: 0 }
    }

    /// The bits of the inputs, and of the outputs behind them.
    pub(super) fn widths(&self) -> (usize, usize) {
        let of =
            |is_input: bool| self.ports.iter().filter(|port| port.is_input == is_input).map(|port| port.width).sum();
        (of(true), of(false))
    }

    /// A clock.
    fn push(&mut self, model: &mut Model<'_>, inputs: &Inputs) {
        if inputs.rst && model.design().asynchronous {
            // It does not wait for the clock.
            model.clock(inputs);
        }
        let bits: Bits = self
            .ports
            .iter()
            .flat_map(|port| {
                let mut bits = match port.name {
                    "rst" => vec![inputs.rst],
                    "load" => vec![inputs.load],
                    "enable" => vec![inputs.enable],
                    "clear" => vec![inputs.clear],
                    "first" => vec![inputs.first],
                    "seed" => inputs.seed.clone(),
                    "data_in" => inputs.data.clone(),
                    "keep" => model.keep(port.width, inputs.missing),
                    output => model.output(output, inputs),
                };
                bits.resize(port.width, false);
                bits
            })
            .collect();
        self.lines += &hex(&bits);
        self.lines.push('\n');
        self.clocks += 1;
        model.clock(inputs);
    }
}

impl Model<'_> {
    /// The bytes that count, as they stand at the port.
    fn keep(&self, bytes: usize, missing: usize) -> Bits {
        let high_first = matches!(&self.design().kind, Kind::Crc(unit) if unit.high_first);
        (0..bytes).map(|lane| if high_first { lane >= missing } else { lane < bytes - missing }).collect()
    }
}

/// Each state bit and data bit alone, then what the control does.
pub(super) fn cases(design: &Design) -> Vectors {
    let (n, width) = (design.cells(), design.width);
    let mut vectors = Vectors::new(design.ports());
    let mut model = Model::new(design);
    let mut random = SplitMix64(2);
    let load = |seed: Bits| Inputs { load: true, seed, ..Inputs::default() };
    let step = |data: Bits| Inputs { enable: true, data, ..Inputs::default() };
    for case in 0..=n + design.data() {
        vectors.push(&mut model, &load(alone(case, n)));
        let data = data_of_case(&model, case);
        vectors.push(&mut model, &step(data));
    }
    let mut noise = |count: usize| noise(&mut random, count);
    // A part of a word, from any contents.
    if let Kind::Crc(unit) = &design.kind {
        for missing in 0..if unit.keep { width / 8 + 1 } else { 0 } {
            for data in [vec![true; width], noise(width)] {
                vectors.push(&mut model, &load(noise(n)));
                vectors.push(&mut model, &Inputs { missing, ..step(data) });
            }
            // Contents that do not all leave: no word of all its bytes has them there.
            for bit in 0..if width - 8 * missing < n { n } else { 0 } {
                vectors.push(&mut model, &load(alone(bit, n)));
                vectors.push(&mut model, &Inputs { missing, ..step(vec![]) });
            }
        }
        for data in 0..=width {
            let first = data % 2 == 0;
            vectors.push(&mut model, &Inputs { first, ..step(alone(data, width)) });
        }
    }
    // What is stronger than what.
    for combination in 0..32 {
        let bit = |i: usize| combination >> i & 1 == 1;
        let (seed, data) = (noise(n), noise(design.data()));
        let inputs =
            Inputs { seed, data, load: bit(0), enable: bit(1), rst: bit(2), clear: bit(3), ..Inputs::default() };
        vectors.push(&mut model, &Inputs { first: bit(4), ..inputs });
        vectors.push(&mut model, &Inputs::default());
    }
    // What a long run may never come to: the last state of a counter, the contents after a good message.
    if let Some(rare) = model::rare(design) {
        vectors.push(&mut model, &load(rare));
        vectors.push(&mut model, &step(vec![]));
        vectors.push(&mut model, &Inputs::default());
    }
    vectors
}

/// A long run from the reset on, of at least so many bits.
pub(super) fn run(design: &Design, bits: usize) -> Vectors {
    let width = design.width;
    let clocks = bits.div_ceil(width);
    let mut vectors = Vectors::new(design.run_ports());
    let mut random = SplitMix64(1);
    let enabled = Inputs { enable: true, ..Inputs::default() };
    match &design.kind {
        Kind::Generator | Kind::Scrambler(..) | Kind::Counter(_) => {
            each_clock(design, clocks, |data, output| {
                vectors.lines += &hex(&[data, output].concat());
                vectors.lines.push('\n');
            });
            vectors.clocks = clocks;
        }
        Kind::Crc(unit) => {
            // Messages of 1 to 16 words, some followed by nothing but themselves.
            let mut model = Model::new(design);
            let mut left = 0;
            for clock in 0..clocks {
                let first = clock == 0 || left == 0;
                if left == 0 {
                    left = 1 + random.next_word() as usize % 16;
                }
                left -= 1;
                let missing = if unit.keep && left == 0 { random.next_word() as usize % (width / 8) } else { 0 };
                let data = noise(&mut random, width);
                vectors.push(&mut model, &Inputs { first, data, missing, ..enabled.clone() });
            }
        }
        Kind::Checker(_) => {
            let mut model = Model::new(design);
            let line = model::line(design, clocks * width);
            for word in line.chunks(width) {
                vectors.push(&mut model, &Inputs { data: word.to_vec(), ..enabled.clone() });
            }
        }
    }
    vectors
}

/// Data and output at each clock from the reset on, of what has no more to it: not of CRCs and checkers.
pub(super) fn each_clock(design: &Design, clocks: usize, mut take: impl FnMut(&[bool], &[bool])) {
    if let Kind::Counter(counter) = &design.kind {
        let count = u64::try_from(&counter.count).unwrap_or(u64::MAX);
        (0..clocks as u64).for_each(|clock| take(&[], &[clock % count == count - 1]));
        return;
    }
    let width = design.width;
    let input = noise(&mut SplitMix64(1), clocks * width);
    let output = design.outputs(&design.start(), &input);
    for (input, output) in input.chunks(width).zip(output.chunks(width)) {
        take(&input[..design.data()], output);
    }
}

/// Data for a case whose contents are loaded: one bit alone. Of a checker what is predicted, but for that bit: then no other is wrong, whatever the
/// contents.
pub(super) fn data_of_case(model: &Model<'_>, case: usize) -> Bits {
    let design = model.design();
    let mut data = alone(case.wrapping_sub(design.cells()), design.data());
    if let Kind::Checker(_) = design.kind {
        let predicted = model.output("wrong", &Inputs::default());
        data.iter_mut().zip(predicted).for_each(|(bit, predicted)| *bit ^= predicted);
    }
    data
}

/// One bit of so many.
pub(super) fn alone(bit: usize, of: usize) -> Bits {
    (0..of).map(|i| i == bit).collect()
}

/// The first bit lowest; nothing for no bits.
pub(super) fn hex(bits: &[bool]) -> String {
    let digit = |chunk: &[bool]| chunk.iter().enumerate().map(|(i, &bit)| u32::from(bit) << i).sum();
    bits.chunks(4).rev().map(|chunk| char::from_digit(digit(chunk), 16).unwrap_or('0')).collect()
}

fn noise(random: &mut SplitMix64, count: usize) -> Bits {
    (0..count).map(|_| random.next_word() >> 63 == 1).collect()
}
