//! What must hold whatever the schema.

use std::collections::HashSet;

use attache_domain::{ArgumentSchema, FieldKind, Form};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value};

use crate::client::{filled_in, untouched};
use crate::grammar::schema;

/// The tests below would say nothing of schemas that are not understood.
#[test]
fn of_known_constructs_many_forms_are_complete() {
    let mut runner = TestRunner::deterministic();
    let form = |_| {
        let schema = schema().new_tree(&mut runner).unwrap().current();
        Form::compile(&schema, &Map::new())
    };
    let complete = (0..200).map(form).filter(|form| form.is_complete).count();
    assert!(complete >= 80, "{complete} of 200");
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_built_from_a_complete_form_fits_the_schema(schema in schema(), seed: u64) {
        let form = Form::compile(&schema, &Map::new());
        let (arguments, has_guessed) = filled_in(&form, seed);
        let validator = ArgumentSchema::compile(&schema);
        prop_assert!(validator.is_readable());
        let violations = validator.violations(&arguments);
        let fits = violations.is_empty() || has_guessed || !form.is_complete;
        prop_assert!(fits, "{arguments} {violations:?}");
    }

    #[test]
    fn what_was_filled_in_ahead_is_what_an_untouched_form_sends(schema in schema(), seed: u64) {
        let form = Form::compile(&schema, &Map::new());
        let (arguments, _) = filled_in(&form, seed);
        prop_assume!(ArgumentSchema::compile(&schema).violations(&arguments).is_empty());
        let Value::Object(presets) = &arguments else { unreachable!("made as an object") };
        let again = untouched(&Form::compile(&schema, presets));
        prop_assert_eq!(again, arguments);
    }

    #[test]
    fn a_form_is_a_list_in_order_with_names_of_its_own(schema in schema()) {
        let form = Form::compile(&schema, &Map::new());
        let mut keys = HashSet::new();
        for field in &form.fields {
            let parent = field.parent_key.as_deref();
            prop_assert!(parent.is_none_or(|it| keys.contains(it)), "{parent:?} comes later");
            prop_assert!(keys.insert(field.key.clone()), "{} is there twice", field.key);
            if let FieldKind::Variant(variant) = &field.kind {
                prop_assert!(variant.variants.len() > 1);
                for variant in &variant.variants {
                    prop_assert!(keys.insert(variant.key.clone()), "{} is there twice", variant.key);
                }
            }
        }
        prop_assert_eq!(Form::compile(&schema, &Map::new()), form);
    }
}
