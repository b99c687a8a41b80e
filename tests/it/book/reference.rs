//! The reference: the contract, printed for people. `UPDATE_REFERENCE=1` prints it anew.

mod print;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use async_graphql::parser::types::{TypeDefinition, TypeKind};

use self::print::{Places, print_root, print_type};
use super::chapters::BOOK;
use crate::contract::{implements, root, types};

/// A page of the reference, and what it begins with.
struct Page {
    file: &'static str,
    title: &'static str,
    words: &'static str,
    holds: fn(&TypeDefinition) -> bool,
}

const PAGES: [Page; 12] = [
    Page {
        file: "queries.md",
        title: "Queries",
        words: "What can be read. The top-level fields of a `query`.",
        holds: |it| it.name.node == "Query",
    },
    Page {
        file: "mutations.md",
        title: "Mutations",
        words: "What a person can do. The top-level fields of a `mutation`.",
        holds: |it| it.name.node == "Mutation",
    },
    Page {
        file: "subscriptions.md",
        title: "Subscriptions",
        words: "What can be followed. The top-level fields of a `subscription`.",
        holds: |it| it.name.node == "Subscription",
    },
    Page {
        file: "objects.md",
        title: "Objects",
        words: "What there is, by subject: the viewer, services, accounts, tools, calls, questions.",
        holds: |it| is_object(it) && !is_special(it),
    },
    Page {
        file: "events.md",
        title: "Events",
        words: "What subscriptions tell. [The store](../store.md) says what to do with each.",
        holds: |it| implements(it, "Event"),
    },
    Page {
        file: "problems.md",
        title: "Problems",
        words: "Refusals. [Errors](../errors.md) says what to show to whom.",
        holds: |it| implements(it, "Problem"),
    },
    Page {
        file: "payloads.md",
        title: "Payloads",
        words: "What mutations answer with.",
        holds: |it| it.name.node.ends_with("Payload"),
    },
    Page {
        file: "connections.md",
        title: "Pages",
        words: "Lists that are read a page at a time.",
        holds: is_paged,
    },
    Page {
        file: "interfaces.md",
        title: "Interfaces and unions",
        words: "What several kinds of objects have in common.",
        holds: |it| matches!(it.kind, TypeKind::Interface(_) | TypeKind::Union(_)),
    },
    Page {
        file: "inputs.md",
        title: "Inputs",
        words: "What is sent. Of an input that says *exactly one*, one field is set and no other.",
        holds: |it| matches!(it.kind, TypeKind::InputObject(_)),
    },
    Page {
        file: "enums.md",
        title: "Enums",
        words: "States and choices. Values may be added; none changes its meaning.",
        holds: |it| matches!(it.kind, TypeKind::Enum(_)),
    },
    Page {
        file: "scalars.md",
        title: "Scalars",
        words: "Values without parts.",
        holds: |it| matches!(it.kind, TypeKind::Scalar),
    },
];

fn is_object(definition: &TypeDefinition) -> bool {
    matches!(definition.kind, TypeKind::Object(_))
}

fn is_paged(definition: &TypeDefinition) -> bool {
    let name = &definition.name.node;
    is_object(definition)
        && (name.ends_with("Connection") || name.ends_with("Edge") || name == "PageInfo")
}

/// What has a page of its own.
fn is_special(definition: &TypeDefinition) -> bool {
    let name = definition.name.node.as_str();
    ["Query", "Mutation", "Subscription"].contains(&name)
        || name.ends_with("Payload")
        || is_paged(definition)
        || implements(definition, "Event")
        || implements(definition, "Problem")
}

/// Scalars that GraphQL brings along, in the words of the other ones.
const BUILT_IN: [(&str, &str); 5] = [
    ("ID", "An opaque, globally unique name, as a text. Store it, send it back, never parse it."),
    ("String", "Text in Unicode."),
    ("Int", "A whole number of 32 bits, with a sign."),
    ("Float", "A number of 64 bits (IEEE 754)."),
    ("Boolean", "`true` or `false`."),
];

fn print(page: &Page, types: &[TypeDefinition], places: &Places) -> String {
    let mut text = format!("# {}\n\n{}\n", page.title, page.words);
    for definition in types.iter().filter(|it| (page.holds)(it)) {
        let is_root =
            ["Query", "Mutation", "Subscription"].contains(&definition.name.node.as_str());
        text.push_str(&if is_root {
            print_root(definition, places)
        } else {
            print_type(definition, types, places)
        });
    }
    if page.file == "scalars.md" {
        for (name, words) in BUILT_IN {
            let _ = write!(text, "\n## {name}\n\n{words}\n");
        }
    }
    text
}

#[test]
fn the_reference_is_the_contract() {
    let types = types();
    let mut places = Places::default();
    for definition in &types {
        let pages: Vec<&Page> = PAGES.iter().filter(|page| (page.holds)(definition)).collect();
        let [page] = pages.as_slice() else {
            panic!("{} is on {} pages", definition.name.node, pages.len())
        };
        places.insert(definition.name.node.to_string(), page.file);
    }
    for (name, _) in BUILT_IN {
        places.insert(name.to_owned(), "scalars.md");
    }
    let directory = root().join(BOOK).join("reference");
    let is_update = std::env::var_os("UPDATE_REFERENCE").is_some();
    let mut stale = Vec::new();
    for page in &PAGES {
        let (file, printed) = (directory.join(page.file), print(page, &types, &places));
        if is_update {
            fs::write(&file, &printed).unwrap();
        }
        if fs::read_to_string(&file).unwrap_or_default() != printed {
            stale.push(page.file);
        }
    }
    assert!(
        stale.is_empty(),
        "the reference is not what the contract says: {stale:?}. Run this test with UPDATE_REFERENCE=1."
    );
    let there: BTreeSet<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let printed: BTreeSet<String> = PAGES.iter().map(|page| page.file.to_owned()).collect();
    assert_eq!(there, printed, "what is in the folder of the reference is printed");
}
