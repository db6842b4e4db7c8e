//! Why a device cannot be talked to, and what helps.

use std::io::ErrorKind;

use crate::{
    cmd::failure::Failure,
    device::{EmulatorError, PortError},
};

impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        let remedy = match &error {
            PortError::Serial { source, .. } if source.kind() == ErrorKind::NotFound => {
                "; `lfsr device ports` lists those there are"
            }
            PortError::Serial { source, .. } if source.kind() == ErrorKind::PermissionDenied => {
                "; on Linux membership in the group dialout helps"
            }
            _ => "",
        };
        Self::failed(format!("{error}{remedy}"))
    }
}

impl From<EmulatorError> for Failure {
    fn from(error: EmulatorError) -> Self {
        match error {
            EmulatorError::NoImage => Self::bad_input(format!("{error}, --image names another")),
            EmulatorError::NoSuchImage(_) => Self::bad_input(error.to_string()),
            error => Self::failed(error.to_string()),
        }
    }
}
