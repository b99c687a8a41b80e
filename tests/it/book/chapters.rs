//! The chapters, read as Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::contract::root;
use crate::tidy;

/// The front page, which keeps the same promises as the book.
pub(super) const README: &str = "README.md";

/// Where the chapters are.
pub(super) const BOOK: &str = "docs/src";

/// A chapter, or the README.
pub(super) struct Chapter {
    /// Where it is, from the root of the repository.
    pub(super) path: String,
    /// What is in fences.
    pub(super) blocks: Vec<Block>,
    /// Where it points, and from which line.
    pub(super) links: Vec<(String, usize)>,
    /// The pictures in it.
    pub(super) images: Vec<String>,
    /// What can be pointed at.
    pub(super) anchors: BTreeSet<String>,
    /// What is in `backticks`, by the heading it is under.
    pub(super) names: Vec<(String, String)>,
    /// The rows of its tables, without their heads.
    pub(super) rows: Vec<Row>,
}

/// A row of a table.
pub(super) struct Row {
    /// The heading it is under.
    pub(super) under: String,
    /// What is in it, without marks.
    pub(super) cells: Vec<String>,
}

/// A fenced block.
pub(super) struct Block {
    pub(super) language: String,
    pub(super) text: String,
    /// The file and line, for whoever has to mend it.
    pub(super) place: String,
}

/// Everything in the book that somebody wrote, and the README.
pub(super) fn chapters() -> Vec<Chapter> {
    let reference = format!("{BOOK}/reference/");
    pages().into_iter().filter(|page| !page.path.starts_with(&reference)).collect()
}

/// Everything there is to read, with what is printed of the contract.
pub(super) fn pages() -> Vec<Chapter> {
    let mut paths = files(BOOK, "md");
    paths.push(root().join(README));
    paths.iter().map(|path| read(path)).collect()
}

/// The blocks in one of these languages.
pub(super) fn blocks(languages: &[&str]) -> Vec<Block> {
    let all = chapters().into_iter().flat_map(|chapter| chapter.blocks);
    all.filter(|block| languages.contains(&block.language.as_str())).collect()
}

/// The files of this kind in a folder of the repository, and in those that are in it.
pub(super) fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = root().join(folder);
    let is_meant = |path: &PathBuf| {
        path.starts_with(&folder) && path.extension().is_some_and(|it| it == extension)
    };
    let mut found: Vec<PathBuf> = tidy::files().into_iter().filter(is_meant).collect();
    found.sort_unstable();
    found
}

/// Reads one page.
pub(super) fn read(path: &Path) -> Chapter {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let path = path.strip_prefix(root()).unwrap().display().to_string();
    let line_of = |offset: usize| text[..offset].lines().count().max(1);
    let mut chapter = Chapter {
        path,
        blocks: Vec::new(),
        links: Vec::new(),
        images: Vec::new(),
        anchors: BTreeSet::new(),
        names: Vec::new(),
        rows: Vec::new(),
    };
    let (mut block, mut heading, mut under) = (None, None, String::new());
    let mut is_row = false;
    let mut seen = BTreeMap::new();
    for (event, range) in Parser::new_ext(&text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.to_string(),
                    CodeBlockKind::Indented => "indented".to_owned(),
                };
                let place = format!("{}:{}", chapter.path, line_of(range.start));
                block = Some(Block { language, text: String::new(), place });
            }
            Event::End(TagEnd::CodeBlock) => chapter.blocks.extend(block.take()),
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(level)) => {
                let title = heading.take().unwrap();
                chapter.anchors.insert(anchor(&title, &mut seen));
                if level <= HeadingLevel::H2 {
                    under = title;
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                chapter.links.push((dest_url.to_string(), line_of(range.start)));
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                chapter.images.push(dest_url.to_string());
                chapter.links.push((dest_url.to_string(), line_of(range.start)));
            }
            Event::Start(Tag::TableRow) => {
                chapter.rows.push(Row { under: under.clone(), cells: Vec::new() });
                is_row = true;
            }
            Event::End(TagEnd::TableRow) => is_row = false,
            Event::Start(Tag::TableCell) if is_row => {
                chapter.rows.last_mut().unwrap().cells.push(String::new());
            }
            Event::Text(words) => {
                if is_row {
                    chapter.rows.last_mut().unwrap().cells.last_mut().unwrap().push_str(&words);
                }
                if let Some(block) = &mut block {
                    block.text.push_str(&words);
                } else if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            Event::Code(name) => {
                if is_row {
                    chapter.rows.last_mut().unwrap().cells.last_mut().unwrap().push_str(&name);
                }
                if let Some(heading) = &mut heading {
                    heading.push_str(&name);
                }
                chapter.names.push((under.clone(), name.to_string()));
            }
            _ => {}
        }
    }
    chapter
}

/// What a heading can be pointed at by: as mdBook and GitHub both make it.
fn anchor(title: &str, seen: &mut BTreeMap<String, usize>) -> String {
    let kept = title.trim().chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ => letter.is_alphanumeric().then_some(letter),
    });
    let name: String = kept.flat_map(char::to_lowercase).collect();
    let times = seen.entry(name.clone()).or_default();
    *times += 1;
    if *times == 1 { name } else { format!("{name}-{}", *times - 1) }
}
