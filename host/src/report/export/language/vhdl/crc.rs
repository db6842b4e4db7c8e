//! What a CRC has besides its sums.

use super::{
    super::{super::CrcUnit, Module, added},
    Constant, control, indexed, moved, network, start, vector,
};

/// Declarations and body.
pub(super) fn parts(module: &Module<'_>, unit: &CrcUnit) -> (String, String) {
    let (n, width) = (module.design.cells(), module.design.width);
    let algorithm = &unit.algorithm;
    let mut declared = format!("    signal from       : {};\n", vector(n));
    let mut body = start(module)
        .statements(4, |range, part| format!("from{range} <= {part} when first = '1' else contents{range}"));
    body += "\n";
    if unit.keep {
        let part = width.max(n);
        declared += &format!(
            "    signal part       : {};\n    signal word       : {};\n\n{MISSING}",
            vector(part),
            vector(n + width)
        );
        body += &bytes(unit, n, width);
    }
    body += &network(module);
    body += &match (algorithm.xorout(), n) {
        (0, _) => format!("    {};\n", moved("crc", "contents", n)),
        (_, 1) => "    crc <= not contents(0);\n".into(),
        (xorout, _) => {
            Constant::number(xorout, n).statements(4, |range, part| format!("crc{range} <= contents{range} xor {part}"))
        }
    };
    if unit.has_residue() {
        let residue = Constant::number(algorithm.residue(), n);
        body += &format!("    good <= '1' when {} else '0';\n", residue.equals("contents"));
    }
    (declared, body + "\n" + &control(module, ""))
}

/// Zeros of a vector.
const MISSING: &str = "    -- How many bytes are missing.
    function missing (bytes : std_logic_vector) return natural is
        variable count : natural := 0;
    begin
        for i in bytes'range loop
            if bytes(i) = '0' then
                count := count + 1;
            end if;
        end loop;
        return count;
    end function;

";

/// The bytes that count, moved to the end of the word, with the contents added to the first bits.
fn bytes(unit: &CrcUnit, n: usize, width: usize) -> String {
    let mut text =
        "    -- Bit 0 of part and word is first in time: the bytes that count with the contents added, moved to the end of the word.\n"
            .to_owned();
    for (t, value) in added(unit, n, width, ["and", "xor"], indexed).into_iter().enumerate() {
        text += &format!("    part({t}) <= {value};\n");
    }
    text + &format!(
        "    word <= std_logic_vector(shift_left(resize(unsigned(part), {}), 8 * missing(keep)));\n\n",
        n + width
    )
}
