//! Words that no module can be called.

/// Whether a name is a keyword of Verilog (IEEE 1364-2001), SystemVerilog (IEEE 1800-2012), VHDL (IEEE 1076-2008), C99 or Rust, as far as they look like
/// names of modules. VHDL does not tell capitals.
pub(super) fn is_keyword(name: &str) -> bool {
    let lower = name.to_lowercase();
    KEYWORDS.split_whitespace().any(|word| word == lower)
}

const KEYWORDS: &str = "
    abs abstract access after alias all always and architecture array as assert assign async attribute
    auto automatic await become begin bind bit block body break buf buffer bus byte case cell chandle
    char checker class clocking component config configuration const constant constraint context
    continue cover crate cross deassign default defparam design disable disconnect do double downto dyn
    edge else elsif end entity enum event exit export extern false file final float fn for force foreach
    forever fork function gen generate generic global goto group guarded if impl import impure in
    inertial initial inline inout input inside int integer interface is join label let library linkage
    literal local logic long loop macro main map match mod module move mut nand new next nor not null of
    on open or others out output override package parameter port postponed primitive priv procedure
    process program property pub pure rand range real record ref reg register reject rem report restrict
    return rol ror select self sequence severity shared short signal signed sizeof sla sll sra srl
    static struct subtype super switch table task then time to trait transport tri true try type typedef
    typeof unaffected union units unsafe unsigned unsized until use variable virtual void volatile wait
    when where while wire with xnor xor yield
";
