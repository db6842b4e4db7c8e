//! The JSON of every command against the schemas in the guide.

mod program;
#[path = "schemas/validator.rs"]
mod validator;

use std::{collections::BTreeSet, fs, path::Path};

use program::{finish_with, lfsr};
use serde_json::Value;
use validator::{check, validate};

/// Commands, what each is given, and which results it prints.
const RUNS: [(&[&str], &[u8]); 49] = [
    (
        &[
            "analyze",
            "x^16+x^14+x^13+x^11+1",
            "x^15+x^9+1",
            "coeffs:0,1,1",
            "x^200+x^7+1",
            "x^3001+x^7+1",
            "x^40+x^3+1",
        ],
        b"",
    ),
    (&["analyze", "x^4+x+1", "x^5+x^3+1", "--xnor", "--leaders", "--sequences"], b""),
    (&["analyze", "x^41+x^3+1", "--leaders", "--shift", "left"], b""),
    (&["analyze", "-"], b"1,1\n1,2\n"),
    (&["analyze", "x^20+x^3+1", "--engine", "walk"], b""),
    (&["analyze", "char:x^24+1", "--verify"], b""),
    (&["check", "auto"], b"PRBS"),
    (&["check", "PRBS23"], b"PRBS"),
    (&["check", "PRBS7"], &[0; 100]),
    (&["check", "auto"], &[0; 1000]),
    (&["check", "PRBS23", "--lanes", "2"], b"PRBS"),
    (&["check", "auto", "--lanes", "auto"], b"PRBS"),
    (&["check", "PRBS23", "--pam4"], b"PRBS"),
    (&["check", "PRBS31", "--lanes", "3"], b"PRBS"),
    (&["identify"], b"PRBS"),
    (&["identify"], &[0; 100]),
    (&["identify"], b"01101001100101101001011001101001"),
    (&["identify", "--input", "raw-msb"], b"scrambled"),
    (&["explain", "x^16+x^14+x^13+x^11+1", "coeffs:0,1,1", "x^200+x^7+1", "PRBS7", "x^1525+x+1"], b""),
    (&["explain", "802.11", "--state", "93"], b""),
    (&["explain", "x^5+x^3+x^2+1", "--xnor", "--state", "3"], b""),
    (&["catalogue"], b""),
    (&["jump", "PRBS7", "--by", "-5"], b""),
    (&["index", "PRBS7", "--to", "5"], b""),
    (&["index", "x^4+1", "--from", "1", "--to", "5"], b""),
    (&["primitive", "x^8+x^4+x^3+x^2+1", "x^8+x^4+x^3+x+1", "x^8+1", "x^1525+x+1", "char:x^3+x"], b""),
    (&["plan", "x^38+x^6+x^5+x+1", "--shards", "64"], b""),
    (&["plan", "char:x^32+1"], b""),
    (&["identify", "--frames", "-"], b"01030200057847\n010304000500092a34\n010600012019\n020302012c074883\n"),
    (&["identify", "--frames", "-"], b"01030200057847\n010304000500092a34\n010600012019\n"),
    (&["identify", "--frames", "-"], b"02;02\n0203;05\n040506;0f\n0708;0f\n090a0b;1e\n"),
    (&["identify", "--frames", "-"], b"31\n41\n59\n"),
    (&["identify", "--frames", "-"], b"87023b3b02\n87024239e0\n870247387b\n87023f379f\n870239373a\n87023f366b\n"),
    (&["identify", "--frames", "-", "--check", "0..8"], b"0002\n0003\n0004\n0005\n0006\n0007\n"),
    (&["identify", "--frames", "-", "--check", "-8.."], b"0001\n0001\n0102\n0102\n0203\n0204\n0305\n0307\n"),
    (&["crc", "crc-32"], b"123456789"),
    (&["crc", "--list"], b""),
    (&["crc", "crc-15/can", "--explain"], b""),
    (&["crc", "width=128 poly=0x86", "--explain"], b""),
    (&["crc", "compare", "stm32", "crc-32"], b""),
    (&["crc", "compare", "crc-16", "crc-32"], b""),
    (&["primitive", "x^8+x^4+x^3+x^2+1", "x^5+x^2+1", "x^8+1", "char:x^3+x", "x^1525+x+1", "--certificate"], b""),
    (&["bench", "kernels", "--degrees", "8,20", "--runs", "1"], b""),
    (&["bench", "kernels", "--survey"], b""),
    (&["bench", "schedules", "--degrees", "12", "--workers", "1,2", "--runs", "1"], b""),
    (&["bench", "schedules", "--simulate", "--degrees", "12,24", "--workers", "1,4", "--runs", "1"], b""),
    (&["bench", "streams", "--runs", "1", "--work", "1"], b""),
    (&["device", "ports"], b""),
    (&["table-check", "-"], b"16,14,13,11\n102: 102,101,36,35\n1,0,0,1\n"),
];

/// Those of a device are checked where there is one: tests/device_cli.rs.
const OF_DEVICES: [&str; 3] = ["device-1.json", "device-cross-check-1.json", "device-selftest-1.json"];

#[test]
fn every_result_is_as_its_schema_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guide/schemas");
    let mut seen = BTreeSet::new();
    let bits = finish_with(&mut lfsr(&["generate", "PRBS23", "--bits", "20k", "--errors", "1e-3", "-q"]), b"").stdout;
    let data = [b'~'; 400];
    let scrambled = finish_with(&mut lfsr(&["scramble", "G3RUH", "--input", "raw-msb"]), &data).stdout;
    let job = tempfile::tempdir().unwrap();
    let at = job.path().to_str().unwrap();
    finish_with(&mut lfsr(&["cluster", "mpi", "x^20+x^3+1", "--shards", "4", "--dir", at, "-q"]), b"");
    let status = ["cluster", "status", at];
    for (arguments, input) in RUNS.into_iter().chain([(status.as_slice(), b"".as_slice())]) {
        let input = match input {
            b"PRBS" => &bits,
            b"scrambled" => &scrambled,
            other => other,
        };
        let output = finish_with(&mut lfsr(&[arguments, &["--format", "json"]].concat()), input);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        for line in text.lines() {
            let object: Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {line}"));
            let (file, wrong) = validate(&object);
            assert!(wrong.is_empty(), "{arguments:?}: {file}: {}\n{line}", wrong.join("; "));
            seen.insert(file);
        }
    }
    // The first line of a map's certificate; the others are arcs.
    let certificate = job.path().join("map");
    let path = certificate.to_str().unwrap();
    finish_with(&mut lfsr(&["analyze", "x^20+x^3+1", "--certificate", path, "-q"]), b"");
    let text = fs::read_to_string(&certificate).unwrap();
    let (file, wrong) = validate(&serde_json::from_str(text.lines().next().unwrap()).unwrap());
    assert!(wrong.is_empty(), "{file}: {}", wrong.join("; "));
    seen.extend(OF_DEVICES.map(str::to_owned).into_iter().chain([file]));
    let all: BTreeSet<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(seen, all, "each schema is of something that is printed");
}

/// That the check finds what is wrong.
#[test]
fn what_is_wrong_is_found() {
    let schema = serde_json::json!({"type": "object", "required": ["a"], "additionalProperties": false,
        "properties": {"a": {"type": ["null", "string"]}, "b": {"type": "array", "items": {"enum": [0, 1]}}}});
    for (value, is_right) in [
        (serde_json::json!({"a": null, "b": [0, 1]}), true),
        (serde_json::json!({"a": 1}), false),
        (serde_json::json!({"b": []}), false),
        (serde_json::json!({"a": "x", "b": [2]}), false),
        (serde_json::json!({"a": "x", "c": 1}), false),
        (serde_json::json!([]), false),
    ] {
        let mut wrong = Vec::new();
        check(&value, &schema, "", &mut wrong);
        assert_eq!(wrong.is_empty(), is_right, "{value}: {wrong:?}");
    }
}
