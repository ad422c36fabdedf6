//! What changed between two JSON values, as a merge patch (RFC 7396): scenes of neighbouring
//! steps are nearly equal, and a page keeps only the difference.

use serde_json::{Map, Value};

/// The patch that makes `after` of `before`. Neither may hold a `null`, which in a patch means
/// that a member goes.
pub fn patch(before: &Value, after: &Value) -> Value {
    let (Value::Object(before), Value::Object(after)) = (before, after) else {
        return after.clone();
    };
    let mut changes = Map::new();
    for gone in before.keys().filter(|key| !after.contains_key(*key)) {
        changes.insert(gone.clone(), Value::Null);
    }
    for (key, new) in after {
        match before.get(key) {
            Some(old) if old == new => {}
            // A patch that is an object changes what is there; only a missing member is set whole.
            Some(old) if old.is_object() && new.is_object() => {
                changes.insert(key.clone(), patch(old, new));
            }
            _ => {
                changes.insert(key.clone(), new.clone());
            }
        }
    }
    Value::Object(changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// RFC 7396 section 2, as the page's script does it.
    fn merged(target: &Value, patch: &Value) -> Value {
        let Value::Object(patch) = patch else {
            return patch.clone();
        };
        let mut target = match target {
            Value::Object(members) => members.clone(),
            _ => Map::new(),
        };
        for (key, change) in patch {
            if change.is_null() {
                target.remove(key);
            } else {
                let old = target.get(key).cloned().unwrap_or(Value::Null);
                target.insert(key.clone(), merged(&old, change));
            }
        }
        Value::Object(target)
    }

    #[test]
    fn a_patch_says_only_what_changed() {
        let before = json!({ "a": { "x": 1, "y": 2 }, "b": [1], "c": "same" });
        let after = json!({ "a": { "x": 1, "y": 3 }, "b": [1, 2], "c": "same", "d": {} });
        let wanted = json!({ "a": { "y": 3 }, "b": [1, 2], "d": {} });
        assert_eq!(patch(&before, &after), wanted);
        assert_eq!(patch(&after, &before)["d"], Value::Null);
        assert_eq!(patch(&before, &before), json!({}));
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            (0..3).prop_map(Value::from),
            "[ab]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[abc]", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_patch_applied_is_the_other_value(before in tree(), after in tree()) {
            prop_assert_eq!(merged(&before, &patch(&before, &after)), after);
        }
    }
}
