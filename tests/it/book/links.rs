//! What the book points at, and that all of it can be found.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::chapters::{BOOK, README, pages, read};
use crate::contract::root;

/// A path without the steps back in it.
fn settled(path: &Path) -> PathBuf {
    let mut settled = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(settled.pop(), "{} leaves", path.display()),
            Component::CurDir => {}
            part => settled.push(part),
        }
    }
    settled
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let mut lost = Vec::new();
    for page in &pages {
        for (link, line) in &page.links {
            if link.contains("://") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() {
                PathBuf::from(&page.path)
            } else {
                settled(&Path::new(&page.path).parent().unwrap().join(path))
            };
            let known = pages.iter().find(|other| Path::new(&other.path) == target);
            let is_there = match known {
                Some(other) => anchor.is_empty() || other.anchors.contains(anchor),
                None if anchor.is_empty() => root().join(&target).exists(),
                None => read(&root().join(&target)).anchors.contains(anchor),
            };
            // A book that is built has nothing beside it.
            let stays_inside = page.path == README || target.starts_with(BOOK);
            if !is_there || !stays_inside {
                lost.push(format!("{}:{line}: {link}", page.path));
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
}

#[test]
fn the_summary_lists_every_chapter_once() {
    let summary = read(&root().join(BOOK).join("SUMMARY.md"));
    let listed: Vec<PathBuf> =
        summary.links.iter().map(|(link, _)| Path::new(BOOK).join(link)).collect();
    let unique: BTreeSet<&PathBuf> = listed.iter().collect();
    assert_eq!(unique.len(), listed.len(), "a chapter is listed twice");
    for page in pages() {
        let path = PathBuf::from(&page.path);
        let is_chapter = path.starts_with(BOOK) && !path.ends_with("SUMMARY.md");
        assert!(!is_chapter || listed.contains(&path), "{} is not in the summary", page.path);
    }
}

/// Who reads it on a train, or where nothing may be fetched, reads all of it.
#[test]
fn the_book_needs_no_network() {
    for page in pages() {
        let text = std::fs::read_to_string(root().join(&page.path)).unwrap();
        for tag in ["<script", "<link", "<iframe", "<style", "<img"] {
            assert!(!text.contains(tag), "{}: {tag}", page.path);
        }
        for image in &page.images {
            assert!(!image.contains("//"), "{}: {image} is elsewhere", page.path);
        }
    }
    let picture = std::fs::read_to_string(root().join(BOOK).join("concepts.svg")).unwrap();
    assert!(!picture.contains("href=") && !picture.contains("url(http"), "it fetches something");
    assert!(picture.contains("prefers-color-scheme: dark"), "it is made for a light page only");
}
