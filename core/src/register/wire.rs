//! A register as it travels; what comes back is checked.

use serde::{Deserialize, Serialize};

use super::{Form, Register, RegisterError};

/// The fields in the order of the wire.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Register")]
pub(super) struct Wire {
    degree: u8,
    taps: u64,
    form: Form,
    xnor: bool,
}

impl From<Register> for Wire {
    fn from(register: Register) -> Self {
        Self { degree: register.degree, taps: register.taps, form: register.form, xnor: register.xnor }
    }
}

impl TryFrom<Wire> for Register {
    type Error = RegisterError;

    fn try_from(Wire { degree, taps, form, xnor }: Wire) -> Result<Self, RegisterError> {
        Ok(Self::from_taps(degree, taps)?.with_form(form).with_xnor(xnor))
    }
}
