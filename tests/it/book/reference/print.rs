//! A definition of the contract as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use async_graphql::Positioned;
use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind,
};

use crate::contract::implements;

/// On which page each type is.
pub(super) type Places = BTreeMap<String, &'static str>;

type Description = Option<Positioned<String>>;

/// The fields of a root, each with a heading of its own.
pub(super) fn print_root(definition: &TypeDefinition, places: &Places) -> String {
    let TypeKind::Object(object) = &definition.kind else { panic!("a root is an object") };
    let mut text = String::new();
    for field in &object.fields {
        let field = &field.node;
        let words = words(&field.description, &field.directives);
        let name = &field.name.node;
        let ty = type_of(&field.ty.node, places);
        let _ = write!(text, "\n## {name}\n\n{words}\n\n");
        if !field.arguments.is_empty() {
            text.push_str("| Argument | Type | Unless given |\n|---|---|---|\n");
            for argument in &field.arguments {
                let argument = &argument.node;
                let ty = type_of(&argument.ty.node, places);
                let _ =
                    writeln!(text, "| `{}` | {ty} | {} |", argument.name.node, default(argument));
            }
            text.push('\n');
        }
        let _ = writeln!(text, "Answers with {ty}.");
    }
    text
}

/// A type, with a table of what is in it.
pub(super) fn print_type(
    definition: &TypeDefinition,
    types: &[TypeDefinition],
    places: &Places,
) -> String {
    let name = &definition.name.node;
    let words = words(&definition.description, &definition.directives);
    let mut text = format!("\n## {name}\n\n{words}\n");
    match &definition.kind {
        TypeKind::Object(object) => {
            let interfaces = object.implements.iter().map(|it| link(&it.node, places));
            list(&mut text, "Implements", interfaces);
            fields(&mut text, &object.fields, places);
        }
        TypeKind::Interface(interface) => {
            let is_object = |it: &&TypeDefinition| matches!(it.kind, TypeKind::Object(_));
            let kinds = types.iter().filter(is_object).filter(|it| implements(it, name));
            list(&mut text, "Kinds:", kinds.map(|it| link(&it.name.node, places)));
            fields(&mut text, &interface.fields, places);
        }
        TypeKind::Union(union) => {
            list(&mut text, "Kinds:", union.members.iter().map(|it| link(&it.node, places)));
        }
        TypeKind::Enum(enumeration) => {
            text.push_str("\n| Value | What it means |\n|---|---|\n");
            for value in &enumeration.values {
                let value = &value.node;
                let words = self::words(&value.description, &value.directives);
                let _ = writeln!(text, "| `{}` | {} |", value.value.node, cell(&words));
            }
        }
        TypeKind::InputObject(input) => {
            text.push_str("\n| Field | Type | Unless given | What it is |\n|---|---|---|---|\n");
            for field in &input.fields {
                let field = &field.node;
                let words = cell(&self::words(&field.description, &field.directives));
                let ty = type_of(&field.ty.node, places);
                let (name, default) = (&field.name.node, default(field));
                let _ = writeln!(text, "| `{name}` | {ty} | {default} | {words} |");
            }
        }
        TypeKind::Scalar => {}
    }
    text
}

fn list(text: &mut String, words: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    if !items.is_empty() {
        let _ = write!(text, "\n{words} {}.\n", items.join(", "));
    }
}

fn fields(text: &mut String, fields: &[Positioned<FieldDefinition>], places: &Places) {
    text.push_str("\n| Field | Type | What it is |\n|---|---|---|\n");
    for field in fields {
        let field = &field.node;
        let mut words = words(&field.description, &field.directives);
        if !field.arguments.is_empty() {
            let arguments = field.arguments.iter().map(|argument| {
                let argument = &argument.node;
                let ty = type_of(&argument.ty.node, places);
                let default = match default(argument).as_str() {
                    "" => String::new(),
                    default => format!(", unless given {default}"),
                };
                format!("`{}`: {ty}{default}", argument.name.node)
            });
            let arguments: Vec<String> = arguments.collect();
            let _ = write!(words, " Takes {}.", arguments.join("; "));
        }
        let ty = type_of(&field.ty.node, places);
        let _ = writeln!(text, "| `{}` | {ty} | {} |", field.name.node, cell(&words));
    }
}

fn default(argument: &InputValueDefinition) -> String {
    argument.default_value.as_ref().map_or_else(String::new, |it| format!("`{}`", it.node))
}

/// What a definition says of itself, in one line, and that it is on its way out.
fn words(description: &Description, directives: &[Positioned<ConstDirective>]) -> String {
    let text = description.as_ref().map_or("", |it| it.node.as_str());
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for directive in directives {
        let directive = &directive.node;
        let argument = |name: &str| {
            let found = directive.arguments.iter().find(|(it, _)| it.node == name);
            found.map(|(_, value)| value.node.to_string().trim_matches('"').to_owned())
        };
        match directive.name.node.as_str() {
            "deprecated" => {
                let reason = argument("reason").unwrap_or_else(|| "No longer supported".to_owned());
                let _ = write!(words, " **Deprecated:** {reason}");
            }
            "specifiedBy" => {
                let url = argument("url").unwrap_or_default();
                let _ = write!(words, " As in <{url}>.");
            }
            _ => {}
        }
    }
    words
}

/// Words that do not end the cell they are in.
fn cell(words: &str) -> String {
    words.replace('|', "\\|")
}

/// A type as it is written in the contract, leading to where it is explained.
fn type_of(ty: &Type, places: &Places) -> String {
    let name = base(ty);
    let page = places.get(name).unwrap_or_else(|| panic!("{name} has no page"));
    format!("[`{ty}`]({page}#{})", name.to_lowercase())
}

fn link(name: &str, places: &Places) -> String {
    let page = places.get(name).unwrap_or_else(|| panic!("{name} has no page"));
    format!("[{name}]({page}#{})", name.to_lowercase())
}

fn base(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => base(inner),
    }
}
