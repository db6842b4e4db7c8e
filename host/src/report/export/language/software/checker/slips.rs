//! What a checker has besides if it looks for slips. Each text is empty if it does not.

use super::super::super::super::words::Words;
use super::Style;

/// What they are written from.
pub(super) struct Text<'a> {
    pub(super) style: Style<'a>,
    /// A single step.
    pub(super) words: &'a Words,
    /// Words of the contents.
    pub(super) cells: usize,
    /// The most bits of a slip; 0 if none is looked for.
    pub(super) most: usize,
}

impl Text<'_> {
    /// The type of the contents.
    fn kind(&self) -> String {
        let word = self.style.word();
        if self.cells == 1 { word } else { format!("[{word}; {}]", self.cells) }
    }

    /// The fields of the structure.
    pub(super) fn fields(&self) -> String {
        if self.most == 0 {
            return String::new();
        }
        if !self.style.is_c() {
            return format!(
                "    /// Losses by bits lost or too many.\n    pub slips: u64,\n    /// The last of them: bits too many, or below zero bits lost.\n    pub slip: i32,\n    reference: {},\n    follows: bool,\n",
                self.kind()
            );
        }
        let (word, cells) = (self.style.word(), self.cells);
        let field = |name: &str| if cells == 1 { name.to_owned() } else { format!("{name}[{cells}]") };
        format!(
            "    uint64_t slips;  // losses by bits lost or too many\n    int slip;        // the last of them: bits too many, or below zero bits lost\n    {word} {}; // the last bits, had there been no slip; while follows\n    int follows;     // there was a lock before\n",
            field("reference")
        )
    }

    /// Their values in the beginning, in Rust.
    pub(super) fn zero(&self) -> String {
        if self.most == 0 {
            return String::new();
        }
        let zero = if self.cells == 1 { "0".into() } else { format!("[0; {}]", self.cells) };
        format!(
            "            slips: 0,\n            slip: 0,\n            reference: {zero},\n            follows: false,\n"
        )
    }

    /// With load.
    pub(super) fn load(&self, own: &str) -> String {
        match (self.most, self.style.is_c()) {
            (0, _) => String::new(),
            (_, true) => format!("    {own}follows = 0;\n"),
            (_, false) => format!("        {own}follows = false;\n"),
        }
    }

    /// The function of a single step.
    pub(super) fn next(&self) -> String {
        if self.most == 0 {
            return String::new();
        }
        let (style, cells) = (self.style, self.cells);
        let name = |_: &str, word: usize| if cells == 1 { "state".into() } else { format!("old[{word}]") };
        let sums: Vec<String> = self.words.output("next_state").iter().map(|sum| style.sum(sum, &name)).collect();
        let word = style.word();
        let (c, what) = (style.name, "The contents a bit later, had that been the predicted one.");
        match (style.is_c(), cells) {
            (true, 1) => format!(
                "// {what}\nstatic inline {word} {c}_next({word} state)\n{{\n    const {word} next = {};\n    return next;\n}}\n\n",
                sums[0]
            ),
            (true, _) => {
                let set: String = sums.iter().enumerate().map(|(i, sum)| format!("    next[{i}] = {sum};\n")).collect();
                format!(
                    "// {what}\nstatic inline void {c}_next({word} next[{cells}])\n{{\n    {word} old[{cells}];\n    memcpy(old, next, sizeof old);\n{set}}}\n\n"
                )
            }
            (false, cells) => {
                let (copy, place) = if cells == 1 { ("state", "*next") } else { ("old", "") };
                let set = |(i, sum): (usize, &String)| {
                    let place = if cells == 1 { place.to_owned() } else { format!("next[{i}]") };
                    format!("    {place} = {sum};\n")
                };
                let set: String = sums.iter().enumerate().map(set).collect();
                format!("\n/// {what}\nfn next(next: &mut {}) {{\n    let {copy} = *next;\n{set}}}\n", self.kind())
            }
        }
    }

    /// A single step of something.
    fn step(&self, of: &str) -> String {
        match (self.style.is_c(), self.cells) {
            (true, 1) => format!("{of} = {}_next({of});", self.style.name),
            (true, _) => format!("{}_next({of});", self.style.name),
            (false, _) => format!("next(&mut {of});"),
        }
    }

    /// A word without a lock.
    pub(super) fn go_on(&self, own: &str, width: usize) -> Vec<String> {
        let step = self.step(&format!("{own}reference"));
        let begin = match (self.most, self.style.is_c()) {
            (0, _) => return vec![],
            (_, true) => format!("for (unsigned i = 0; i < {width} && self->follows; i++) {{"),
            (_, false) => format!("for _ in 0..if self.follows {{ {width} }} else {{ 0 }} {{"),
        };
        vec![begin, format!("    {step}"), "}".into()]
    }

    /// A lock.
    pub(super) fn lock(&self, own: &str) -> Vec<String> {
        let (cond, call, no) = match (self.most, self.style.is_c()) {
            (0, _) => return vec![],
            (_, true) => ("if (self->follows) {", format!("    {}_find_slip(self);", self.style.name), "0"),
            (_, false) => ("if self.follows {", "    self.find_slip();".into(), "false"),
        };
        vec![cond.into(), call, "}".into(), format!("{own}follows = {no};")]
    }

    /// A loss.
    pub(super) fn lose(&self, own: &str) -> Vec<String> {
        if self.most == 0 {
            return vec![];
        }
        let (copy, yes) = match (self.style.is_c(), self.cells) {
            (true, 1) => ("self->reference = self->state;", "1"),
            (true, _) => ("memcpy(self->reference, self->state, sizeof self->reference);", "1"),
            (false, _) => ("self.reference = self.state;", "true"),
        };
        vec![copy.into(), format!("{own}follows = {yes};")]
    }

    /// The function that finds it.
    pub(super) fn search(&self, name: &str) -> String {
        const WHAT: &str = "How many steps the sequence as it was, or the one found, has to take to be the other.";
        let most = self.most;
        if most == 0 {
            return String::new();
        }
        let (ahead, behind) = (self.step("ahead"), self.step("behind"));
        if !self.style.is_c() {
            return format!(
                "    /// {WHAT}\n    fn find_slip(&mut self) {{\n        let mut ahead = self.reference;\n        let mut behind = self.state;\n        for steps in 0..{} {{\n            if behind == self.reference || ahead == self.state {{\n                if steps > 0 {{\n                    self.slips += 1;\n                    self.slip = if behind == self.reference {{ steps }} else {{ -steps }};\n                }}\n                return;\n            }}\n            {ahead}\n            {behind}\n        }}\n    }}\n\n",
                most + 1
            );
        }
        let word = self.style.word();
        let (declared, later, earlier) = if self.cells == 1 {
            (
                format!("    {word} ahead = self->reference;\n    {word} behind = self->state;\n"),
                "behind == self->reference",
                "ahead == self->state",
            )
        } else {
            let cells = self.cells;
            (
                format!(
                    "    {word} ahead[{cells}], behind[{cells}];\n    memcpy(ahead, self->reference, sizeof ahead);\n    memcpy(behind, self->state, sizeof behind);\n"
                ),
                "memcmp(behind, self->reference, sizeof behind) == 0",
                "memcmp(ahead, self->state, sizeof ahead) == 0",
            )
        };
        format!(
            "// {WHAT}\nstatic inline void {name}_find_slip({name} *self)\n{{\n{declared}    for (int steps = 0; steps < {}; steps++) {{\n        const int is_later = {later};\n        const int is_earlier = {earlier};\n        if (is_later || is_earlier) {{\n            if (steps > 0) {{\n                self->slips += 1;\n                self->slip = is_later ? steps : -steps;\n            }}\n            return;\n        }}\n        {ahead}\n        {behind}\n    }}\n}}\n\n",
            most + 1
        )
    }
}
