//! Going through the columns of a row, and saying what is wrong with it.

use crate::ipam::error::{IpamError, IpamResult};

use super::column::{Bound, Header, Target};
use super::failure::RowFailure;
use super::import::{Change, is_fatal};
use super::sheet::Row;
use super::value::Unfit;

/// What is wrong with a row: the column, if it is about one, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Of the header's columns: which.
    column: Option<usize>,
    unfit: Unfit,
}

impl From<IpamError> for Wrong {
    fn from(error: IpamError) -> Wrong {
        Wrong::whole(error.into())
    }
}

impl Wrong {
    /// About the row as a whole.
    pub fn whole(unfit: Unfit) -> Wrong {
        Wrong {
            column: None,
            unfit,
        }
    }
}

impl<F: Copy + PartialEq> Header<F> {
    /// Hands the value of every column to `take`, in the order of the file, until one does not
    /// fit. A mandatory field may not be empty.
    pub fn each(
        &self,
        row: &Row<'_>,
        mut take: impl FnMut(&Target<F>, &str) -> Result<(), Unfit>,
    ) -> Result<(), Wrong> {
        for (at, bound) in self.columns.iter().enumerate() {
            self.value(row, bound)
                .and_then(|text| take(&bound.target, text))
                .map_err(|unfit| Wrong {
                    column: Some(at),
                    unfit,
                })?;
        }
        Ok(())
    }

    fn value<'r>(&self, row: &Row<'r>, bound: &Bound<F>) -> Result<&'r str, Unfit> {
        let text = row.text(bound.index).map_err(Unfit::new)?;
        let is_empty = text.trim_ascii().is_empty();
        match &bound.target {
            Target::Field(field) if is_empty && self.mandatory.contains(field) => {
                Err(Unfit::new("is empty, and the field is mandatory"))
            }
            _ => Ok(text),
        }
    }

    /// The same about the column of a field.
    pub fn wrong(&self, field: F, unfit: Unfit) -> Wrong {
        let is = |bound: &Bound<F>| bound.target == Target::Field(field);
        Wrong {
            column: self.columns.iter().position(is),
            unfit,
        }
    }

    /// What became of a row. Only an error of the database itself is one.
    pub fn settled(
        &self,
        row: &Row<'_>,
        stored: Result<Change, Wrong>,
    ) -> IpamResult<Result<Change, RowFailure>> {
        let wrong = match stored {
            Ok(change) => return Ok(Ok(change)),
            Err(wrong) => wrong,
        };
        let Unfit { id, reason } = wrong.unfit;
        if is_fatal(id) {
            return Err(IpamError::new(id, reason));
        }
        let bound = wrong.column.and_then(|at| self.columns.get(at));
        Ok(Err(RowFailure {
            row: row.line,
            column: bound.map_or_else(String::new, |bound| bound.name.clone()),
            value: bound.map_or_else(String::new, |bound| row.shown(bound.index)),
            id,
            reason,
        }))
    }
}
