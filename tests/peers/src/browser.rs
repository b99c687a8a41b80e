//! A person at a browser, as far as the provider's pages need one: redirects, cookies,
//! forms and links.

use std::collections::BTreeMap;

use http::{StatusCode, header};
use url::Url;

/// The longest way from the first page to the callback.
const MAX_PAGES: usize = 20;

/// A browser with its cookies.
#[derive(Debug)]
pub(crate) struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
    pages: Vec<String>,
}

/// Where a request leads.
enum Place {
    /// A page of the same site.
    Page(Url, String),
    /// Another site, which is not opened.
    Elsewhere(Url),
}

impl Browser {
    pub(crate) fn new() -> Self {
        Self { http: http_client(), cookies: BTreeMap::new(), pages: Vec::new() }
    }

    /// Follows `url`, signs in as `person`, agrees to whatever is asked, and returns
    /// where the provider sends them back to.
    pub(crate) async fn consent(&mut self, url: &str, person: &str) -> Url {
        let mut place = self.open(url.parse().expect("a URL")).await;
        for _ in 0..MAX_PAGES {
            let (page, html) = match place {
                Place::Elsewhere(callback) => return callback,
                Place::Page(page, html) => (page, html),
            };
            let action = attribute(&html, "<form", "action").expect("a form to submit");
            let target = page.join(&action).expect("a URL");
            let request = self.http.post(target.clone()).form(&filled(&html, person));
            place = self.follow(target, request).await;
        }
        panic!("the pages do not end: {:#?}", self.pages);
    }

    /// Follows `url`, and takes the way out that the first page offers.
    pub(crate) async fn decline(&mut self, url: &str) -> Url {
        let Place::Page(page, html) = self.open(url.parse().expect("a URL")).await else {
            panic!("nothing was asked");
        };
        let link = attribute(&html, "<a", "href").expect("a way out");
        match self.open(page.join(&link).expect("a URL")).await {
            Place::Elsewhere(callback) => callback,
            Place::Page(page, _) => panic!("still at {page}"),
        }
    }

    /// What the person was shown so far.
    pub(crate) fn pages(&self) -> &[String] {
        &self.pages
    }

    async fn open(&mut self, url: Url) -> Place {
        let request = self.http.get(url.clone());
        self.follow(url, request).await
    }

    /// Sends a request and follows redirects, up to a page or out of the site.
    async fn follow(&mut self, mut url: Url, mut request: reqwest::RequestBuilder) -> Place {
        for _ in 0..MAX_PAGES {
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let request_with_cookies = request.header(header::COOKIE, cookies.join("; "));
            let answer = request_with_cookies.send().await.expect("the provider answers");
            self.keep_cookies(answer.headers());
            let Some(location) = answer.headers().get(header::LOCATION) else {
                let status = answer.status();
                let html = answer.text().await.expect("a page");
                assert_eq!(status, StatusCode::OK, "{url}: {html}");
                self.pages.push(html.clone());
                return Place::Page(url, html);
            };
            let next = url.join(location.to_str().expect("ASCII")).expect("a URL");
            if next.origin() != url.origin() {
                return Place::Elsewhere(next);
            }
            request = self.http.get(next.clone());
            url = next;
        }
        panic!("the redirects do not end at {url}");
    }

    /// Paths are not looked at: the provider's names do not repeat.
    fn keep_cookies(&mut self, headers: &http::HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("ASCII");
            let (name, rest) = cookie.split_once('=').expect("a cookie");
            match rest.split(';').next().unwrap_or_default() {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}

/// The fields of a page's form, with what a person would type.
fn filled(html: &str, person: &str) -> Vec<(String, String)> {
    let (_, form) = html.split_once("<form").expect("a form");
    let (form, _) = form.split_once("</form>").expect("a whole form");
    let inputs = form.match_indices("<input").map(|(at, _)| &form[at..]);
    inputs
        .map(|input| {
            let name = attribute(input, "<input", "name").expect("a name");
            let value = match name.as_str() {
                "login" => person.to_owned(),
                // The pages take any.
                "password" => "correct horse battery staple".to_owned(),
                _ => attribute(input, "<input", "value").unwrap_or_default(),
            };
            (name, value)
        })
        .collect()
}

/// An attribute of the first such tag.
fn attribute(html: &str, tag: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("{tag} "))?;
    let (attributes, _) = rest.split_once('>')?;
    let (_, value) = attributes.split_once(&format!("{name}=\""))?;
    value.split_once('"').map(|(value, _)| value.replace("&amp;", "&"))
}

/// An HTTP client that does nothing on its own.
pub(crate) fn http_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    #[expect(clippy::disallowed_methods, reason = "a person's browser is no way out of the server")]
    let builder = reqwest::Client::builder();
    let builder = builder.no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.timeout(attache_support::DEADLINE).build().expect("an HTTP client")
}
