//! The book and the README say what is true: what they show is run, what they name exists, and
//! what they point at is there.

mod chapters;
mod commands;
mod deployment;
mod documents;
mod limits;
mod links;
mod operations;
mod reference;
mod settings;
mod vocabulary;

use self::chapters::chapters;

/// What a block may be written in. Each of these is held to something: see the module named for it;
/// `ts` and `tsx` are compiled and run by `docs/recipes`.
const LANGUAGES: [&str; 8] = ["graphql", "ini", "json", "nginx", "sh", "toml", "ts", "tsx"];

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
