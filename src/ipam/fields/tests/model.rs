//! Random histories of fields, values and what carries them, against a plain model: nothing in
//! use is ever lost, and no object names what does not exist.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::embedded::store;
use super::value_edit::add_value;
use super::*;

const FIELDS: [&str; 3] = ["Fa", "Fb", "Fc"];
const VALUES: [&str; 3] = ["x", "y", "z"];
const OBJECTS: u8 = 3;

/// One operation; fields, values and objects by their places in the lists.
#[derive(Debug, Clone)]
enum Move {
    AddField(usize, bool),
    RenameField(usize, usize),
    RemoveField(usize),
    AddValue(usize, usize),
    RenameValue(usize, usize, usize),
    RemoveValue(usize, usize),
    AddObject(u8),
    RemoveObject(u8),
    Carry(u8, usize, usize),
    Drop(u8, usize),
    DropValue(u8, usize, usize),
    Associate((usize, usize), (usize, usize)),
    Dissociate(usize, usize),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let (field, value, object) = (0..3usize, 0..3usize, 0..OBJECTS);
    let pair = (field.clone(), value.clone());
    let one = prop_oneof![
        2 => (field.clone(), any::<bool>()).prop_map(|(f, multi)| Move::AddField(f, multi)),
        1 => (field.clone(), field.clone()).prop_map(|(f, g)| Move::RenameField(f, g)),
        1 => field.clone().prop_map(Move::RemoveField),
        3 => pair.clone().prop_map(|(f, v)| Move::AddValue(f, v)),
        1 => (pair.clone(), value.clone()).prop_map(|((f, v), w)| Move::RenameValue(f, v, w)),
        1 => pair.clone().prop_map(|(f, v)| Move::RemoveValue(f, v)),
        2 => object.clone().prop_map(Move::AddObject),
        1 => object.clone().prop_map(Move::RemoveObject),
        5 => (object.clone(), pair.clone()).prop_map(|(o, (f, v))| Move::Carry(o, f, v)),
        1 => (object.clone(), field.clone()).prop_map(|(o, f)| Move::Drop(o, f)),
        1 => (object, pair.clone()).prop_map(|(o, (f, v))| Move::DropValue(o, f, v)),
        1 => (pair.clone(), pair).prop_map(|(a, b)| Move::Associate(a, b)),
        1 => (field.clone(), field).prop_map(|(f, g)| Move::Dissociate(f, g)),
    ];
    proptest::collection::vec(one, 1..60)
}

type Pair = (String, String);

/// The same as plain collections. A free-form field has no list of values.
#[derive(Debug, Default)]
struct Model {
    fields: BTreeMap<String, Option<BTreeSet<String>>>,
    objects: BTreeMap<u8, CustomValues>,
    /// Field and value of both sides, the smaller field first.
    associations: BTreeSet<(Pair, Pair)>,
}

impl Model {
    fn carried(&self, field: &str, value: Option<&str>) -> bool {
        let mut objects = self.objects.values();
        objects.any(|custom| match value {
            Some(value) => custom.get(field).iter().any(|carried| carried == value),
            None => !custom.get(field).is_empty(),
        })
    }

    fn associated(&self, field: &str, value: Option<&str>) -> bool {
        let mut sides = self.associations.iter().flat_map(|(a, b)| [a, b]);
        sides.any(|(of, what)| of == field && value.is_none_or(|value| value == what))
    }

    fn offers(&self, field: &str, value: &str) -> bool {
        let values = self.fields.get(field).and_then(Option::as_ref);
        values.is_some_and(|values| values.contains(value))
    }

    /// Whether the operation is allowed; if so, it is done.
    fn play(&mut self, step: &Move) -> bool {
        let (f, v) = (|place: usize| FIELDS[place], |place: usize| VALUES[place]);
        match *step {
            Move::AddField(field, multi) => {
                let free = !self.fields.contains_key(f(field));
                if free {
                    let values = multi.then(BTreeSet::new);
                    self.fields.insert(f(field).to_owned(), values);
                }
                free
            }
            Move::RenameField(from, to) => self.rename_field(f(from), f(to)),
            Move::RemoveField(field) => {
                let name = f(field);
                let free = !self.carried(name, None) && !self.associated(name, None);
                free && self.fields.remove(name).is_some()
            }
            Move::AddValue(field, value) => {
                let values = self.fields.get_mut(f(field)).and_then(Option::as_mut);
                values.is_some_and(|values| values.insert(v(value).to_owned()))
            }
            Move::RenameValue(field, from, to) => self.rename_value(f(field), v(from), v(to)),
            Move::RemoveValue(field, value) => {
                let (name, value) = (f(field), v(value));
                let used = self.carried(name, Some(value)) || self.associated(name, Some(value));
                let values = self.fields.get_mut(name).and_then(Option::as_mut);
                !used && values.is_some_and(|values| values.remove(value))
            }
            Move::AddObject(object) => {
                let free = !self.objects.contains_key(&object);
                if free {
                    self.objects.insert(object, CustomValues::default());
                }
                free
            }
            Move::RemoveObject(object) => self.objects.remove(&object).is_some(),
            Move::Carry(object, field, value) => self.carry(object, f(field), v(value)),
            Move::Drop(object, field) => {
                let custom = self.objects.get_mut(&object);
                custom.is_some_and(|custom| custom.remove(f(field)))
            }
            Move::DropValue(object, field, value) => {
                let custom = self.objects.get_mut(&object);
                custom.is_some_and(|custom| custom.remove_value(f(field), v(value)))
            }
            Move::Associate((a, x), (b, y)) => self.associate((f(a), v(x)), (f(b), v(y))),
            Move::Dissociate(a, b) => {
                let (a, b) = (f(a).min(f(b)), f(a).max(f(b)));
                let before = self.associations.len();
                let between = |one: &Pair, two: &Pair| one.0 == a && two.0 == b;
                self.associations.retain(|(one, two)| !between(one, two));
                self.associations.len() < before
            }
        }
    }

    fn rename_field(&mut self, from: &str, to: &str) -> bool {
        if !self.fields.contains_key(from) || (from != to && self.fields.contains_key(to)) {
            return false;
        }
        let values = self.fields.remove(from).expect("it is there");
        self.fields.insert(to.to_owned(), values);
        for custom in self.objects.values_mut() {
            custom.rename_field(from, to);
        }
        let renamed = |(of, value): Pair| match of == from {
            true => (to.to_owned(), value),
            false => (of, value),
        };
        let all = std::mem::take(&mut self.associations).into_iter();
        let all = all.map(|(one, two)| (renamed(one), renamed(two)));
        let sorted = all.map(|(one, two)| {
            if one.0 < two.0 {
                (one, two)
            } else {
                (two, one)
            }
        });
        self.associations = sorted.collect();
        true
    }

    fn rename_value(&mut self, field: &str, from: &str, to: &str) -> bool {
        if !self.offers(field, from) || (from != to && self.offers(field, to)) {
            return false;
        }
        let values = self.fields.get_mut(field).and_then(Option::as_mut);
        let values = values.expect("it offers the value");
        values.remove(from);
        values.insert(to.to_owned());
        for custom in self.objects.values_mut() {
            custom.rename_value(field, from, to);
        }
        let renamed = |(of, value): Pair| match of == field && value == from {
            true => (of, to.to_owned()),
            false => (of, value),
        };
        let all = std::mem::take(&mut self.associations).into_iter();
        self.associations = all.map(|(one, two)| (renamed(one), renamed(two))).collect();
        true
    }

    fn carry(&mut self, object: u8, field: &str, value: &str) -> bool {
        let free_form = match self.fields.get(field) {
            None => return false,
            Some(values) => values.is_none(),
        };
        if !free_form && !self.offers(field, value) {
            return false;
        }
        let Some(custom) = self.objects.get_mut(&object) else {
            return false;
        };
        match free_form {
            true => custom.set(field, value),
            false => custom.add(field, value),
        }
        true
    }

    fn associate(&mut self, one: (&str, &str), two: (&str, &str)) -> bool {
        let known = self.offers(one.0, one.1) && self.offers(two.0, two.1);
        if !known || one.0 == two.0 {
            return false;
        }
        let (one, two) = if one.0 < two.0 {
            (one, two)
        } else {
            (two, one)
        };
        let owned = |(field, value): (&str, &str)| (field.to_owned(), value.to_owned());
        self.associations.insert((owned(one), owned(two)))
    }
}

/// The operation on the store; whether it was allowed.
fn play(store: &Store, step: &Move) -> bool {
    let (f, v) = (|place: usize| FIELDS[place], |place: usize| VALUES[place]);
    let tx = |work: &dyn Fn(&Tx<'_>) -> IpamResult<()>| store.transaction(work).is_ok();
    let edit = Edit::Cmdlet;
    match *step {
        Move::AddField(field, multi) => {
            tx(&|tx| field_edit::add(tx, f(field), multi, &[]).map(drop))
        }
        Move::RenameField(from, to) => {
            tx(&|tx| field_edit::rename(tx, f(from), f(to), edit).map(drop))
        }
        Move::RemoveField(field) => tx(&|tx| field_edit::remove(tx, f(field)).map(drop)),
        Move::AddValue(field, value) => tx(&|tx| add_value(tx, f(field), v(value)).map(drop)),
        Move::RenameValue(field, from, to) => {
            tx(&|tx| value_edit::rename(tx, f(field), v(from), v(to), edit).map(drop))
        }
        Move::RemoveValue(field, value) => {
            tx(&|tx| value_edit::remove(tx, f(field), v(value)).map(drop))
        }
        Move::AddObject(object) => add_address(store, address(object, "")).is_ok(),
        Move::RemoveObject(object) => tx(&|tx| addresses::remove(tx, &key(object))),
        Move::Carry(object, field, value) => {
            set(store, object, "", &format!("{}={}", f(field), v(value))).is_ok()
        }
        Move::Drop(object, field) => set(store, object, f(field), "").is_ok(),
        Move::DropValue(object, field, value) => {
            set(store, object, &format!("{}={}", f(field), v(value)), "").is_ok()
        }
        Move::Associate((a, x), (b, y)) => {
            let pair = [format!("{}:{}", v(x), v(y))];
            tx(&|tx| association::add(tx, f(a), f(b), &pair).map(drop))
        }
        Move::Dissociate(a, b) => tx(&|tx| association::remove(tx, f(a), f(b)).map(drop)),
    }
}

/// What the store holds is what the model holds, and the index is what the objects carry.
fn check(store: &Store, model: &Model) {
    let read = store.read(|tx| {
        let mut defined = definitions(tx)?;
        defined.retain(|field| field.origin == Origin::UserDefined);
        let defined: BTreeMap<String, Option<BTreeSet<String>>> = defined
            .into_iter()
            .map(|field| {
                let values = field.values.into_iter().map(|value| value.value).collect();
                (field.name, field.multi_value.then_some(values))
            })
            .collect();
        assert_eq!(defined, model.fields);
        let mut indexed = BTreeSet::new();
        for name in model.fields.keys() {
            let field = field_named(tx, name)?;
            for holder in assignment::holders(tx, field.id(), None, None)? {
                indexed.insert((name.clone(), holder.to_string().to_lowercase()));
            }
        }
        let mut carried = BTreeSet::new();
        for object in 0..OBJECTS {
            let stored = addresses::get(tx, &key(object)).ok();
            let custom = stored.map(|stored| stored.details.custom);
            assert_eq!(custom.as_ref(), model.objects.get(&object));
            for (field, _) in custom.iter().flat_map(CustomValues::pairs) {
                // The index knows the owner folded.
                let holder = format!("address {}", key(object));
                carried.insert((field.to_owned(), holder.to_lowercase()));
            }
        }
        assert_eq!(indexed, carried);
        let sql = "SELECT count(*) FROM custom_assignment";
        let rows: Option<i64> = tx.query_one(sql, [], |row| row.get(0))?;
        let pairs = model.objects.values().flat_map(CustomValues::pairs).count();
        assert_eq!(rows, i64::try_from(pairs).ok());
        Ok(())
    });
    read.expect("the store answers");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_history_loses_what_is_in_use_or_leaves_a_value_behind(history in moves()) {
        let (store, mut model) = (store(), Model::default());
        for step in &history {
            prop_assert_eq!(play(&store, step), model.play(step), "{:?}", step);
            check(&store, &model);
        }
    }
}
