//! Where people land, and where they go on.

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

use super::reader::Section;

/// Where people land when a service sends them back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    /// On this server, which keeps the callback until the person comes for it.
    Server,
    /// On the frontend, at this URL with the client's context appended.
    Frontend(Url),
}

/// Where people land, and how long they have.
pub(super) fn read(section: &Section<'_>) -> (Option<Landing>, Option<Duration>) {
    let time_to_return = section.duration("time_to_return");
    let url = section.url("url");
    let landing = match section.string("landing").as_deref() {
        None | Some("server") if url.is_none() => Some(Landing::Server),
        None | Some("frontend") => match url {
            Some(url) if url.query().is_none() && url.fragment().is_none() => {
                Some(Landing::Frontend(url))
            }
            Some(_) => {
                section.mistake("url", "must have neither query nor fragment");
                None
            }
            None => {
                section.mistake("url", "is needed when callbacks land on the frontend");
                None
            }
        },
        Some("server") => {
            section.mistake("url", "has no meaning when callbacks land on the server");
            None
        }
        Some(_) => {
            section.mistake("landing", "must be \"server\" or \"frontend\"");
            None
        }
    };
    section.report_unknown();
    (landing, time_to_return)
}

pub(super) fn returns(root: &Section<'_>) -> Option<Vec<(String, Url)>> {
    let section = root.section("returns");
    let names = section.names();
    let mut places: BTreeMap<String, Url> = BTreeMap::new();
    for name in &names {
        if let Some(url) = section.url(name) {
            places.insert(name.clone(), url);
        }
    }
    let Some(default) = places.remove("default") else {
        root.mistake("returns.default", "is needed: where people go on after connecting");
        return None;
    };
    let mut returns = vec![("default".to_owned(), default)];
    returns.extend(places);
    Some(returns)
}
