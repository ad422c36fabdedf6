//! Time passes; a note for the reader of the transcript.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::registry::Arguments;
use crate::step::value::Span;

/// Lets time pass on the estate's calendar, with everything that falls due.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Advance(pub Span);

impl Arguments for Advance {}

/// A sentence for the transcript.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Note(pub String);

impl Arguments for Note {}
