//! A form as lines of text, for people to compare.

use attache_domain::{Condition, FieldKind, Form, FormField};
use serde_json::Value;

/// One line for each field.
pub(crate) fn lines(form: &Form) -> Vec<String> {
    form.fields.iter().map(line).collect()
}

fn line(field: &FormField) -> String {
    let mut line = format!("{} {}", field.key, kind(&field.kind));
    let mut add = |more: String| {
        line.push(' ');
        line.push_str(&more);
    };
    if field.pointer != field.key {
        add(format!("at {}", field.pointer));
    }
    if let Some(parent) = &field.parent_key {
        add(format!("in {parent}"));
    }
    if field.is_required {
        add("required".to_owned());
    }
    if field.is_nullable {
        add("nullable".to_owned());
    }
    if let Some(value) = &field.default_value {
        add(format!("default {value}"));
    }
    if let Some(header) = &field.header {
        add(format!("header {header}"));
    }
    for condition in &field.shown_when {
        add(format!("shown when {}", said(condition)));
    }
    for condition in &field.required_when {
        add(format!("required when {}", said(condition)));
    }
    line
}

fn said(condition: &Condition) -> String {
    let Condition { pointer, values, is_negated, is_met_when_absent } = condition;
    let values = Value::Array(values.clone());
    let verb = if *is_negated { "is not in" } else { "is in" };
    let absent = if *is_met_when_absent { " or absent" } else { "" };
    format!("{pointer} {verb} {values}{absent}")
}

fn kind(kind: &FieldKind) -> String {
    let range = |min: Option<String>, max: Option<String>| match (min, max) {
        (None, None) => String::new(),
        (min, max) => format!(" {}..{}", min.unwrap_or_default(), max.unwrap_or_default()),
    };
    let show = |it: Option<i32>| it.map(|it| it.to_string());
    match kind {
        FieldKind::Text(text) => {
            format!("{:?}{}", text.format, range(show(text.min_length), show(text.max_length)))
        }
        FieldKind::Number(number) => {
            let name = if number.is_integer { "Integer" } else { "Number" };
            let show = |it: Option<f64>| it.map(|it| it.to_string());
            let step = number.multiple_of.map(|it| format!(" step {it}")).unwrap_or_default();
            format!("{name}{}{step}", range(show(number.minimum), show(number.maximum)))
        }
        FieldKind::Boolean => "Boolean".to_owned(),
        FieldKind::Choice(choice) => {
            let option = |it: &attache_domain::FormOption| format!("{}: {}", it.value, it.label);
            let options: Vec<String> = choice.options.iter().map(option).collect();
            let name = if choice.allows_multiple { "Choices" } else { "Choice" };
            let range = range(show(choice.min_items), show(choice.max_items));
            format!("{name}{range} [{}]", options.join(", "))
        }
        FieldKind::List(list) => {
            let unique = if list.has_unique_items { " unique" } else { "" };
            format!("List{}{unique}", range(show(list.min_items), show(list.max_items)))
        }
        FieldKind::Group => "Group".to_owned(),
        FieldKind::Variant(variant) => {
            let one = |it: &attache_domain::FormVariant| format!("{}: {}", it.key, it.label);
            let variants: Vec<String> = variant.variants.iter().map(one).collect();
            let chosen = variant.default_variant.as_ref().map(|it| format!(" chosen {it}"));
            format!("Variant [{}]{}", variants.join(", "), chosen.unwrap_or_default())
        }
        FieldKind::Json(_) => "JSON".to_owned(),
    }
}
