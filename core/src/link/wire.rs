//! The wire table: what travels is declared once, by the macros here, which write its type, what sends it and what reads it.
//!
//! The format is postcard's (numbers as varints, lists behind their length, variants by their number). Hosts use postcard itself through serde
//! ([`super::whole`]); a device reads commands and writes replies by [`Take`] and [`Put`], in a third of the code and without a panic in it.
//! The tests hold the two against each other.

use super::codec::{Fields, Stuffed};
use crate::{
    record::Record,
    register::{Form, Register},
    unit::Unit,
};

/// What a device writes.
pub(super) trait Put {
    fn put(&self, out: &mut Stuffed<'_>);
}

/// What a device reads.
pub(super) trait Take: Sized {
    /// `None`, or a bad mark on `fields`, if there is no such value.
    fn take(fields: &mut Fields<'_>) -> Option<Self>;
}

/// Declares a structure with fields in the order of the wire; `Put` or `Take` says what a device does with it.
macro_rules! travels {
    ($way:ident: $(#[$meta:meta])* pub struct $name:ident { $($(#[$about:meta])* pub $field:ident: $type:ty,)+ }) => {
        $(#[$meta])*
        #[derive(serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $($(#[$about])* pub $field: $type,)+
        }

        $crate::link::wire::travels!(@$way $name $($field)+);
    };
    (@Put $name:ident $($field:ident)+) => {
        impl $crate::link::wire::Put for $name {
            fn put(&self, out: &mut $crate::link::codec::Stuffed<'_>) {
                $($crate::link::wire::Put::put(&self.$field, out);)+
            }
        }
    };
    (@Take $name:ident $($field:ident)+) => {
        impl $crate::link::wire::Take for $name {
            fn take(fields: &mut $crate::link::codec::Fields<'_>) -> Option<Self> {
                Some(Self { $($field: $crate::link::wire::Take::take(fields)?,)+ })
            }
        }
    };
}

/// Declares what the host asks for: a line for each command, with its number and content.
macro_rules! commands {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$about:meta])* $number:literal: $variant:ident $(($type:ty))?,)+ }) => {
        $(#[$meta])*
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$about])* $variant $(($type))?,)+
        }

        impl $crate::link::wire::Take for $name {
            fn take(fields: &mut $crate::link::codec::Fields<'_>) -> Option<Self> {
                Some(match fields.number(32) {
                    $($number => Self::$variant $((<$type as $crate::link::wire::Take>::take(fields)?))?,)+
                    _ => return None,
                })
            }
        }
    };
}

/// Declares what the device answers: a line for each reply, with its number, its content, and its content where it lies in the device.
macro_rules! replies {
    (
        $(#[$meta:meta])* pub enum $owned:ident,
        $(#[$ref_meta:meta])* pub enum $borrowed:ident<$life:lifetime>
        { $($(#[$about:meta])* $number:literal: $variant:ident($type:ty, $lies:ty),)+ }
    ) => {
        $(#[$meta])*
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $owned {
            $($(#[$about])* $variant($type),)+
        }

        $(#[$ref_meta])*
        pub enum $borrowed<$life> {
            $($(#[$about])* $variant($lies),)+
        }

        impl $crate::link::wire::Put for $borrowed<'_> {
            fn put(&self, out: &mut $crate::link::codec::Stuffed<'_>) {
                match self {
                    $(Self::$variant(content) => {
                        out.byte($number);
                        $crate::link::wire::Put::put(content, out);
                    })+
                }
            }
        }
    };
}

pub(super) use {commands, replies, travels};

impl<T: Put> Put for &T {
    fn put(&self, out: &mut Stuffed<'_>) {
        T::put(self, out);
    }
}

impl Put for u32 {
    fn put(&self, out: &mut Stuffed<'_>) {
        out.number((*self).into());
    }
}

impl Put for u64 {
    fn put(&self, out: &mut Stuffed<'_>) {
        out.number(*self);
    }
}

impl Put for bool {
    fn put(&self, out: &mut Stuffed<'_>) {
        out.byte((*self).into());
    }
}

impl Put for [u8; 3] {
    fn put(&self, out: &mut Stuffed<'_>) {
        self.iter().for_each(|byte| out.byte(*byte));
    }
}

impl Put for &[u8] {
    fn put(&self, out: &mut Stuffed<'_>) {
        out.number(self.len() as u64);
        self.iter().for_each(|byte| out.byte(*byte));
    }
}

impl Put for &[Record] {
    fn put(&self, out: &mut Stuffed<'_>) {
        out.number(self.len() as u64);
        for record in *self {
            out.number(record.start);
            out.number(record.end);
            out.number(record.steps);
        }
    }
}

/// Text behind its length.
pub(super) fn put_text(text: &str, out: &mut Stuffed<'_>) {
    text.as_bytes().put(out);
}

impl Put for super::BoardName {
    fn put(&self, out: &mut Stuffed<'_>) {
        put_text(self, out);
    }
}

impl Take for u8 {
    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        Some(fields.byte())
    }
}

impl Take for u32 {
    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        Some(fields.u32())
    }
}

impl Take for u64 {
    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        Some(fields.number(64))
    }
}

impl Take for bool {
    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        Some(fields.bool())
    }
}

impl Take for Option<bool> {
    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        Some(if fields.bool() { Some(fields.bool()) } else { None })
    }
}

impl Take for Unit {
    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self { first: fields.number(64), count: fields.number(64) })
    }
}

impl Take for Register {
    #[inline(never)]
    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        let (degree, taps) = (fields.byte(), fields.number(64));
        let form = if fields.second() { Form::Galois } else { Form::Fibonacci };
        Some(Self::from_taps(degree, taps).ok()?.with_form(form).with_xnor(fields.bool()))
    }
}
