//! One entry of a scenario's `steps`: the step, and the refusal it is expected to meet.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapDeserializer;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::registry::{Name, STEPS, Step};
use crate::ipam::ErrorId;

/// A step as an entry of the list: a map of the step's name and its arguments, or the name alone
/// when it needs none; beside it `fails` for a refusal that is expected.
#[derive(Debug, Clone)]
pub struct StepEntry {
    pub step: Step,
    /// The refusal this step must meet; without one, any refusal fails the run.
    pub fails: Option<ErrorId>,
}

const FAILS: &str = "fails";

/// Either key of an entry.
enum Key {
    Step(Name),
    Fails,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == FAILS {
            return Ok(Key::Fails);
        }
        Name::of(&text)
            .map(Key::Step)
            .ok_or_else(|| de::Error::unknown_variant(&text, Name::ALL))
    }
}

struct Arguments(Name);

impl<'de> DeserializeSeed<'de> for Arguments {
    type Value = Step;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Step, D::Error> {
        self.0.read(from)
    }
}

struct Refusal(ErrorId);

impl<'de> Deserialize<'de> for Refusal {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let known = ErrorId::ALL.iter().find(|id| id.to_string() == text);
        known.copied().map(Refusal).ok_or_else(|| {
            let names: Vec<String> = ErrorId::ALL.iter().map(ErrorId::to_string).collect();
            let near = names
                .iter()
                .min_by_key(|name| strsim::damerau_levenshtein(name, &text))
                .map(String::as_str);
            de::Error::custom(format!(
                "`{text}` is not an identifier of a refusal; the nearest is `{}`",
                near.unwrap_or("")
            ))
        })
    }
}

impl JsonSchema for Refusal {
    fn schema_name() -> Cow<'static, str> {
        "Refusal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let ids: Vec<String> = ErrorId::ALL.iter().map(ErrorId::to_string).collect();
        json_schema!({ "description": "The refusal this step must meet.", "enum": ids })
    }
}

impl<'de> Deserialize<'de> for StepEntry {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = StepEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a step: its name, or a map of its name and its arguments")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<StepEntry, E> {
        let name = Name::of(text).ok_or_else(|| E::unknown_variant(text, Name::ALL))?;
        let nothing = MapDeserializer::new(std::iter::empty::<(&str, &str)>());
        name.read(nothing)
            .map(|step| StepEntry { step, fails: None })
            .map_err(|_: E| {
                E::custom(format!(
                    "`{text}` needs arguments: write them after `{text}:`"
                ))
            })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StepEntry, A::Error> {
        let mut step: Option<Step> = None;
        let mut fails = None;
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Fails => fails = Some(map.next_value::<Refusal>()?.0),
                Key::Step(name) => {
                    if let Some(first) = &step {
                        return Err(de::Error::custom(format!(
                            "`{}` and `{}` are in one entry; begin each step with its own `-`",
                            first.name(),
                            name.text()
                        )));
                    }
                    step = Some(map.next_value_seed(Arguments(name))?);
                }
            }
        }
        let step = step.ok_or_else(|| de::Error::custom("an entry without a step"))?;
        Ok(StepEntry { step, fails })
    }
}

impl JsonSchema for StepEntry {
    fn schema_name() -> Cow<'static, str> {
        "Step".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let refusal = generator.subschema_for::<Refusal>();
        let mut forms = Vec::new();
        for info in STEPS {
            let arguments = (info.schema)(generator);
            if !needs_arguments(&arguments, generator) {
                forms.push(json_schema!({ "const": info.name, "description": info.does }));
            }
            forms.push(json_schema!({
                "type": "object",
                "description": info.does,
                "properties": {
                    (info.name): arguments,
                    "fails": refusal,
                },
                "required": [info.name],
                "additionalProperties": false,
            }));
        }
        json_schema!({ "oneOf": forms })
    }
}

/// Whether the name alone would not do.
fn needs_arguments(arguments: &Schema, generator: &SchemaGenerator) -> bool {
    let referenced = arguments.get("$ref").and_then(|reference| {
        let name = reference.as_str()?.rsplit('/').next()?;
        generator.definitions().get(name)
    });
    let body = referenced.or(Some(arguments.as_value()));
    let is_object = body.and_then(|body| body.get("type")?.as_str()) == Some("object");
    let required = body.and_then(|body| body.get("required")?.as_array());
    !is_object || required.is_some_and(|required| !required.is_empty())
}
