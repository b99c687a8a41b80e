//! Lists of what a service offers beside its tools: asked of it whenever somebody wants to know,
//! and kept nowhere.

mod place;

use attache_domain::{
    Account, PageKey, Problem, ProblemCode, Prompt, Resource, ResourceTemplate, Viewer,
};
use attache_upstream::{ListPrompts, ListResourceTemplates, ListResources, Next, Offers, Question};

use self::place::{List, OfferKey};
use crate::inquire::Unanswered;
use crate::words::unusable;
use crate::{Engine, Result};

/// A list that does not end is given up after as many pages.
const MAX_PAGES: u32 = 100;

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
                let key = OfferKey::read(list, account.id, after)
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
}
