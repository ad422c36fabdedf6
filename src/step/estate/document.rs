//! Files that people keep on a host: what is imported, and what was exported.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};

/// How the characters of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    #[default]
    Utf8,
    /// With a byte order mark, as Notepad and Excel write it.
    Utf8Bom,
    /// What PowerShell 5 calls Unicode.
    Utf16Le,
    Utf16Be,
}

/// How the lines of a file end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LineEnd {
    #[default]
    CrLf,
    Lf,
    Cr,
}

/// A new file, over one of that name.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NewFile {
    pub host: String,
    /// `C:\import\addresses.csv`.
    pub path: String,
    pub text: String,
    #[serde(default)]
    pub encoding: Encoding,
    #[serde(default)]
    pub line_end: LineEnd,
}

impl NewFile {
    fn bytes(&self) -> Vec<u8> {
        let end = match self.line_end {
            LineEnd::CrLf => "\r\n",
            LineEnd::Lf => "\n",
            LineEnd::Cr => "\r",
        };
        let text = self.text.replace('\n', end);
        let marked = || format!("\u{feff}{text}");
        match self.encoding {
            Encoding::Utf8 => text.into_bytes(),
            Encoding::Utf8Bom => marked().into_bytes(),
            Encoding::Utf16Le => marked().encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => marked().encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

impl Arguments for NewFile {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, at) = (stage.host(&self.host)?, stage.lab.now());
        let mut estate = stage.lab.estate_mut();
        Ok(estate.put_document(&host, &self.path, self.bytes(), at)?)
    }
}

/// Shows a file, line by line.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShowFile {
    pub host: String,
    pub path: String,
}

impl Arguments for ShowFile {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let text = {
            let estate = stage.lab.estate();
            let document = estate
                .host(&host)
                .and_then(|host| host.document(&self.path));
            let found = document.map(|document| text_of(&document.content));
            found.ok_or_else(|| {
                StepError::Impossible(format!("`{host}` has no file `{}`", self.path))
            })?
        };
        for line in text.lines() {
            stage.say(format!("| {line}"));
        }
        Ok(())
    }
}

/// The text of a file as far as it is one.
fn text_of(content: &[u8]) -> String {
    let wide = |pairs: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = pairs
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match content {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => String::from_utf8_lossy(rest).into_owned(),
    }
}
