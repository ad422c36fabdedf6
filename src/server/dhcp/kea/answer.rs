//! What a command is answered with: a result code, a sentence, arguments.

use serde_json::{Map, Value, json};

/// Kea's result codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ResultCode {
    Success = 0,
    Error = 1,
    /// There is no such command.
    Unsupported = 2,
    /// The command was carried out and found, or did, nothing.
    Empty = 3,
    /// The command contradicts what the server has.
    Conflict = 4,
}

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub result: ResultCode,
    pub text: Option<String>,
    pub arguments: Option<Value>,
}

impl Answer {
    pub fn new(result: ResultCode, text: impl Into<String>) -> Answer {
        Answer {
            result,
            text: Some(text.into()),
            arguments: None,
        }
    }

    pub fn success(text: impl Into<String>) -> Answer {
        Answer::new(ResultCode::Success, text)
    }

    pub fn error(text: impl Into<String>) -> Answer {
        Answer::new(ResultCode::Error, text)
    }

    /// Arguments and no sentence.
    pub fn bare(arguments: Value) -> Answer {
        Answer {
            result: ResultCode::Success,
            text: None,
            arguments: Some(arguments),
        }
    }

    pub fn with(mut self, arguments: Value) -> Answer {
        self.arguments = Some(arguments);
        self
    }

    /// What was found, with [`ResultCode::Empty`] where that is nothing: `2 IPv4 lease(s) found.`
    pub(super) fn found(what: &str, key: &str, found: Vec<Value>) -> Answer {
        let result = match found.is_empty() {
            true => ResultCode::Empty,
            false => ResultCode::Success,
        };
        let text = format!("{} {what} found.", found.len());
        Answer::new(result, text).with(json!({ key: found }))
    }

    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert("result".into(), json!(self.result as u8));
        if let Some(text) = &self.text {
            map.insert("text".into(), json!(text));
        }
        if let Some(arguments) = &self.arguments {
            map.insert("arguments".into(), arguments.clone());
        }
        Value::Object(map)
    }
}

/// A command that was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub result: ResultCode,
    pub text: String,
}

impl Failure {
    pub fn error(text: impl Into<String>) -> Failure {
        Failure {
            result: ResultCode::Error,
            text: text.into(),
        }
    }

    pub fn conflict(text: impl Into<String>) -> Failure {
        Failure {
            result: ResultCode::Conflict,
            text: text.into(),
        }
    }

    pub fn empty(text: impl Into<String>) -> Failure {
        Failure {
            result: ResultCode::Empty,
            text: text.into(),
        }
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Answer {
        Answer::new(failure.result, failure.text)
    }
}

pub(super) type Outcome = Result<Answer, Failure>;
