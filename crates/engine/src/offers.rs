//! What a service offers beside its tools: resources, prompts, and completions for their blanks.
//! Asked of it whenever somebody wants to know, and kept nowhere.

use attache_domain::{
    Account, AccountId, Completion, FilledPrompt, PageKey, Problem, ProblemCode, Prompt, Resource,
    ResourceContents, ResourceTemplate, Viewer,
};
use attache_upstream::{
    Completable, Complete, GetPrompt, ListPrompts, ListResourceTemplates, ListResources, Next,
    Offers, Question, ReadResource, Texts,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::inquire::Unanswered;
use crate::{Engine, Result};

/// A list that does not end is given up after as many pages.
const MAX_PAGES: u32 = 100;

/// The longest cursor of ours, in bytes: one of a service, and what we need to know of it.
const MAX_CURSOR: usize = 4 * 1024;

/// The longest URI, and the longest name, in characters.
const MAX_URI: usize = 2_048;
const MAX_NAME: usize = 256;

/// The most texts that go along with a question, and how many bytes they may have together.
const MAX_TEXTS: usize = 50;
const MAX_BYTES: usize = 64 * 1024;

/// A page of what a service offers.
pub struct OfferPage<T> {
    /// The items, in the service's order, at most 500.
    pub items: Vec<T>,
    /// How many were left out because they cannot be read, or are too many.
    pub left_out: usize,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Why the list ends before its end.
    pub problem: Option<Problem>,
}

/// A kind of list.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum List {
    #[serde(rename = "r")]
    Resources,
    #[serde(rename = "t")]
    Templates,
    #[serde(rename = "p")]
    Prompts,
}

/// Where a page begins, in the words of one service for one account: nobody else is asked for it.
#[derive(Serialize, Deserialize)]
struct OfferKey {
    list: List,
    account: Uuid,
    cursor: String,
    page: u32,
}

impl PageKey for OfferKey {
    const LIST: &'static str = "offers";
}

impl Engine {
    /// A page of the resources of an account.
    pub async fn resources(
        &self,
        viewer: &Viewer,
        account: &Account,
        after: Option<&str>,
    ) -> Result<OfferPage<Resource>> {
        self.page(viewer, account, List::Resources, after, ListResources).await
    }

    /// A page of the templates of resources of an account.
    pub async fn resource_templates(
        &self,
        viewer: &Viewer,
        account: &Account,
        after: Option<&str>,
    ) -> Result<OfferPage<ResourceTemplate>> {
        self.page(viewer, account, List::Templates, after, ListResourceTemplates).await
    }

    /// A page of the prompts of an account.
    pub async fn prompts(
        &self,
        viewer: &Viewer,
        account: &Account,
        after: Option<&str>,
    ) -> Result<OfferPage<Prompt>> {
        self.page(viewer, account, List::Prompts, after, ListPrompts).await
    }

    async fn page<T: Send + 'static, Q: Question<Answer = Offers<T>>>(
        &self,
        viewer: &Viewer,
        account: &Account,
        list: List,
        after: Option<&str>,
        question: impl FnOnce(Option<String>) -> Q,
    ) -> Result<OfferPage<T>> {
        let (cursor, page) = match after {
            None => (None, 1),
            Some(after) => {
                let key = key(list, account.id, after)
                    .ok_or_else(|| unusable("after", "This is not a place in this list."))?;
                (Some(key.cursor), key.page)
            }
        };
        let has_begun = cursor.is_some();
        let offers = match self.inquire(viewer.id, account, question(cursor)).await {
            Ok(offers) => offers,
            Err(Unanswered::NotOffered) => {
                return Ok(OfferPage { items: vec![], left_out: 0, next: None, problem: None });
            }
            Err(Unanswered::NothingThere) if has_begun => {
                let message = "The list has changed. Read it again from its beginning.";
                return Err(unusable("after", message).into());
            }
            Err(Unanswered::NothingThere) => {
                let name = &self.services().name(&account.service);
                return Err(Problem::service_refused(name).into());
            }
            Err(Unanswered::Because(error)) => return Err(error),
        };
        let next = match offers.next {
            Next::End => Ok(None),
            Next::Page(cursor) if page < MAX_PAGES => {
                let (account, page) = (account.id.uuid(), page + 1);
                Ok(Some(OfferKey { list, account, cursor, page }.to_cursor()))
            }
            Next::Page(_) | Next::Lost => Err(self.endless(account)),
        };
        let (next, problem) = match next {
            Ok(next) => (next, None),
            Err(problem) => (None, Some(problem)),
        };
        Ok(OfferPage { items: offers.items, left_out: offers.left_out, next, problem })
    }

    fn endless(&self, account: &Account) -> Problem {
        let name = &self.services().name(&account.service);
        let message = format!("{name} has more to list than can be asked for.");
        Problem::new(ProblemCode::ServiceRefused, message)
    }

    /// Reads a resource.
    pub async fn resource(
        &self,
        viewer: &Viewer,
        account: &Account,
        uri: String,
    ) -> Result<Vec<ResourceContents>> {
        let uri = word("uri", uri, MAX_URI)?;
        match self.inquire(viewer.id, account, ReadResource(uri)).await {
            Ok(contents) => Ok(contents),
            Err(Unanswered::NotOffered | Unanswered::NothingThere) => Err(no_resource().into()),
            Err(Unanswered::Because(error)) => Err(error),
        }
    }

    /// Fills in a prompt.
    pub async fn prompt(
        &self,
        viewer: &Viewer,
        account: &Account,
        name: String,
        arguments: Option<&serde_json::Value>,
    ) -> Result<FilledPrompt> {
        let name = word("name", name, MAX_NAME)?;
        let arguments = texts("arguments", arguments)?;
        match self.inquire(viewer.id, account, GetPrompt { name, arguments }).await {
            Ok(prompt) => Ok(prompt),
            Err(Unanswered::NotOffered) => Err(Problem::not_found("prompt").into()),
            // The same code stands for both.
            Err(Unanswered::NothingThere) => {
                let message = "There is no such prompt, or it takes other arguments.";
                Err(unusable("arguments", message).into())
            }
            Err(Unanswered::Because(error)) => Err(error),
        }
    }

    /// Asks what would fit into a blank. Nothing, where the service has no idea.
    pub async fn completion(
        &self,
        viewer: &Viewer,
        account: &Account,
        question: CompletionQuestion,
    ) -> Result<Completion> {
        let CompletionQuestion { of, argument, value, context } = question;
        let of = match of {
            Completable::Prompt(name) => Completable::Prompt(word("prompt", name, MAX_NAME)?),
            Completable::ResourceTemplate(uri) => {
                Completable::ResourceTemplate(word("resourceTemplate", uri, MAX_URI)?)
            }
        };
        let argument = word("argument", argument, MAX_NAME)?;
        if value.len() > MAX_BYTES {
            return Err(unusable("value", "This is too long to be completed.").into());
        }
        let context = texts("context", context.as_ref())?;
        match self.inquire(viewer.id, account, Complete { of, argument, value, context }).await {
            Ok(completion) => Ok(completion),
            Err(Unanswered::NotOffered) => Ok(Completion::default()),
            Err(Unanswered::NothingThere) => Err(Problem::not_found("argument to complete").into()),
            Err(Unanswered::Because(error)) => Err(error),
        }
    }
}

/// What to complete.
pub struct CompletionQuestion {
    /// Whose blank.
    pub of: Completable,
    /// Its name.
    pub argument: String,
    /// What was typed so far.
    pub value: String,
    /// What the other blanks were filled with: texts by name.
    pub context: Option<serde_json::Value>,
}

pub(crate) fn no_resource() -> Problem {
    Problem::not_found("resource")
}

/// A URI that can be asked for.
pub(crate) fn resource_uri(uri: String) -> Result<String, Problem> {
    word("uri", uri, MAX_URI)
}

fn key(list: List, account: AccountId, cursor: &str) -> Option<OfferKey> {
    let key = (cursor.len() <= MAX_CURSOR).then(|| OfferKey::from_cursor(cursor))??;
    (key.list == list && key.account == account.uuid()).then_some(key)
}

/// An argument of a field cannot be used.
fn unusable(field: &str, message: &str) -> Problem {
    let path = vec![field.to_owned()];
    Problem { path, ..Problem::new(ProblemCode::InvalidInput, message) }
}

/// Something short that is sent as it is.
fn word(field: &str, text: String, limit: usize) -> Result<String, Problem> {
    let is_fine = !text.is_empty()
        && text.chars().nth(limit).is_none()
        && !text.chars().any(char::is_control);
    is_fine.then_some(text).ok_or_else(|| unusable(field, "This is empty, too long, or no text."))
}

/// Texts by name, which is all that a blank takes.
fn texts(field: &str, values: Option<&serde_json::Value>) -> Result<Texts, Problem> {
    let fields = match values {
        None | Some(serde_json::Value::Null) => return Ok(Texts::new()),
        Some(serde_json::Value::Object(fields)) => fields,
        Some(_) => return Err(unusable(field, "This has to be an object of texts.")),
    };
    let mut texts = Texts::new();
    let mut room = MAX_BYTES;
    for (name, value) in fields {
        let Some(value) = value.as_str() else {
            return Err(unusable(field, "Each of these has to be a text."));
        };
        let left = room.checked_sub(name.len() + value.len());
        let (Some(left), true) = (left, texts.len() < MAX_TEXTS) else {
            return Err(unusable(field, "This is too much at once."));
        };
        room = left;
        texts.insert(name.clone(), value.to_owned());
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use attache_domain::{Clock, new_id};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cursor_opens_one_list_of_one_account() {
        let clock = Clock::system();
        let (mine, other): (AccountId, AccountId) = (new_id(&clock), new_id(&clock));
        let cursor = "x".repeat(2048);
        let made = OfferKey { list: List::Prompts, account: mine.uuid(), cursor, page: 7 };
        let cursor = made.to_cursor();
        assert_eq!(key(List::Prompts, mine, &cursor).unwrap().page, 7);
        assert!(key(List::Resources, mine, &cursor).is_none());
        assert!(key(List::Prompts, other, &cursor).is_none());
        assert!(key(List::Prompts, mine, &"x".repeat(MAX_CURSOR + 1)).is_none());
    }

    #[test]
    fn blanks_take_texts_and_not_too_many() {
        assert_eq!(texts("a", Some(&json!({ "b": "c" }))).unwrap()["b"], "c");
        let many: serde_json::Map<_, _> = (0..51).map(|n| (n.to_string(), json!("a"))).collect();
        let long = json!({ "a": "x".repeat(MAX_BYTES) });
        for odd in [json!([]), json!({ "a": 1 }), json!({ "a": null }), many.into(), long] {
            assert_eq!(texts("a", Some(&odd)).unwrap_err().path, ["a"]);
        }
        assert!(word("uri", "note://\n".to_owned(), 100).is_err());
    }
}
