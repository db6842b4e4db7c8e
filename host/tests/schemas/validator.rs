//! JSON against a schema; only the words of JSON Schema that the guide's schemas use are understood here.

use std::{fs, path::Path};

use serde_json::Value;

/// The file with the schema of a result, and what is wrong with the result.
pub(crate) fn validate(object: &Value) -> (String, Vec<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find_map(|above| {
        [above.join("guide/schemas"), above.join("host/guide/schemas")].into_iter().find(|folder| folder.is_dir())
    });
    let name = object["schema"].as_str().expect("a schema").to_owned();
    let file = format!("{}.json", name.trim_start_matches("lfsr.").replace('/', "-"));
    let text = fs::read_to_string(folder.expect("the schemas").join(&file)).expect(&file);
    let mut wrong = Vec::new();
    check(object, &serde_json::from_str(&text).expect(&file), "", &mut wrong);
    (file, wrong)
}

/// Adds to `wrong` where `value` is not as `schema` says.
pub(crate) fn check(value: &Value, schema: &Value, at: &str, wrong: &mut Vec<String>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allows = |allowed: &Value| allowed == kind || kind == "integer" && allowed == "number";
    let is_allowed = match &schema["type"] {
        Value::Null => true,
        Value::Array(kinds) => kinds.iter().any(allows),
        one => allows(one),
    };
    let is_one_of = schema["enum"].as_array().is_none_or(|all| all.contains(value));
    let is_const = schema.get("const").is_none_or(|only| only == value);
    if !is_allowed || !is_one_of || !is_const {
        wrong.push(format!("{at}: {value}"));
    }
    if let Value::Object(fields) = value {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                wrong.push(format!("{at}: {name} is missing"));
            }
        }
        for (name, field) in fields {
            match schema["properties"].get(name) {
                Some(schema) => check(field, schema, &format!("{at}/{name}"), wrong),
                None if schema["additionalProperties"] == false => {
                    wrong.push(format!("{at}: {name} is not in the schema"))
                }
                None => {}
            }
        }
    }
    if let (Value::Array(items), Some(schema)) = (value, schema.get("items")) {
        items.iter().enumerate().for_each(|(i, item)| check(item, schema, &format!("{at}/{i}"), wrong));
    }
}
