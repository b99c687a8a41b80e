//! The book and the README say what is true: what they show is run, what they name exists, and
//! what they point at is there.

mod chapters;
mod commands;
mod documents;
mod links;
mod operations;
mod reference;
mod settings;
mod vocabulary;

use self::chapters::{README, chapters};

/// What a block may be written in. Each of these is held to something: see the module named for it;
/// `ts` and `tsx` are compiled and run by `docs/recipes`.
const LANGUAGES: [&str; 6] = ["graphql", "json", "sh", "toml", "ts", "tsx"];

#[test]
fn every_block_is_in_a_language_that_is_tried() {
    let mut count = 0;
    for chapter in chapters() {
        for block in &chapter.blocks {
            let language = block.language.as_str();
            assert!(LANGUAGES.contains(&language), "{}: {language:?}", block.place);
            count += 1;
        }
    }
    assert!(count > 40, "only {count} blocks were found");
}

/// `docs/recipes` takes TypeScript out of the same files. It has a list of its own, because it reads
/// them without this program.
#[test]
fn whatever_has_typescript_is_known_to_the_recipes() {
    let is_typescript = |language: &str| language == "ts" || language == "tsx";
    let written = chapters().into_iter().filter(|chapter| {
        chapter.blocks.iter().any(|block| is_typescript(&block.language)) && chapter.path != README
    });
    let mut written: Vec<String> = written.map(|chapter| chapter.path).collect();
    written.sort_unstable();
    assert!(!written.is_empty());
    for path in written {
        assert!(path.starts_with("docs/src/"), "{path} is out of the recipes' sight");
    }
}
