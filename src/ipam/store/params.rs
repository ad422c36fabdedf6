//! What goes into the placeholders `?1`, `?2` ... of a statement.

use super::value::{ToValue, ValueRef};

/// The parameters of a statement: `[]`, an array of one type, or [`params!`].
pub trait Params {
    /// How many there are.
    fn count(&self) -> usize;

    /// The parameter in place `index`, counted from 0.
    fn at(&self, index: usize) -> ValueRef<'_>;
}

impl Params for &[&dyn ToValue] {
    fn count(&self) -> usize {
        self.len()
    }

    fn at(&self, index: usize) -> ValueRef<'_> {
        self[index].to_value()
    }
}

/// No parameters, written `[]`. Its element type is one that arrays with elements never have, so
/// that the compiler has nothing to choose.
impl Params for [std::convert::Infallible; 0] {
    fn count(&self) -> usize {
        0
    }

    fn at(&self, index: usize) -> ValueRef<'_> {
        unreachable!("there is no parameter {index}")
    }
}

macro_rules! arrays {
    ($($length:literal)*) => {$(
        impl<T: ToValue> Params for [T; $length] {
            fn count(&self) -> usize {
                $length
            }

            fn at(&self, index: usize) -> ValueRef<'_> {
                self[index].to_value()
            }
        }
    )*};
}

arrays!(1 2 3 4 5 6 7 8);

/// Parameters of different types.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$(&$value as &dyn $crate::ipam::store::ToValue),*]
            as &[&dyn $crate::ipam::store::ToValue]
    };
}
pub(crate) use params;
