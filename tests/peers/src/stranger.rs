//! A provider that was never told of Attaché, and whose tokens live for a minute: how it
//! comes to know who asks, and what becomes of an account there from consent to its end.

use std::collections::BTreeSet;

use attache_support::{Client, eventually};
use chrono::TimeDelta;
use serde_json::{Value, json};
use url::Url;

use crate::browser::Browser;
use crate::stage::{
    BRIEFLY, DOCUMENT_URL, Introduction, MORE, SCOPE, Stage, Tokens, WANTS_MORE, begin, leave,
    parameter, text,
};

/// How often tokens are renewed before somebody wants more.
const RENEWALS: usize = 5;

/// Where Ada consents to more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Session {
    /// Where she consented before and is still signed in: it is one grant, and ending a token
    /// of before ends those of now.
    TheSame,
    /// Elsewhere: it is another grant, and the one of before is still to be ended.
    Another,
}

impl Session {
    /// How many grants there are in the end.
    fn grants(self) -> usize {
        match self {
            Self::TheSame => 1,
            Self::Another => 2,
        }
    }
}

/// Goes where Ada is sent, consents there, comes back, and returns the account.
async fn consent(stage: &Stage, ada: &Client, browser: &mut Browser, url: &str) -> Value {
    let asked = Url::parse(url).expect("a URL");
    assert_eq!(parameter(&asked, "resource").as_ref(), Some(&stage.guarded_url), "{url}");
    let callback = browser.consent(url, "ada").await;
    assert_eq!(parameter(&callback, "iss").as_ref(), Some(&stage.issuer), "{callback}");
    let completed = ada.complete(callback.as_str()).await;
    assert_eq!(completed["problems"], json!([]), "{completed}");
    assert_eq!(completed["attempt"]["state"], "SUCCEEDED", "{completed}");
    completed["account"].clone()
}

/// The scopes that are asked for at this URL.
fn scopes(url: &str) -> BTreeSet<String> {
    let scope = parameter(&Url::parse(url).expect("a URL"), "scope").unwrap_or_default();
    scope.split(' ').map(str::to_owned).collect()
}

/// The last of this kind, once there are this many, and no more.
async fn last_issued(stage: &Stage, kind: &str, count: usize) -> String {
    let mut issued = eventually(&format!("{count} of {kind}"), async || {
        Some(stage.issued(kind)).filter(|issued| issued.len() >= count)
    })
    .await;
    assert_eq!(issued.len(), count, "{kind}");
    issued.pop().expect("there are some")
}

/// Lets the current tokens lapse, and checks that a call makes Attaché buy others with the
/// refresh token, and uses them: the provider has made `count` of each by then.
async fn renew(stage: &Stage, ada: &Client, count: usize) {
    let spent = last_issued(stage, "refresh_token", count - 1).await;
    assert_eq!(stage.introspect(&spent).await["active"], true);
    stage.app.clock.advance(TimeDelta::seconds(BRIEFLY + 1));
    let echoed = ada.invoke(&ada.tool("echo").await, json!({ "message": "Hello" })).await;
    assert_eq!(echoed["state"], "SUCCEEDED", "{echoed}");

    let access = last_issued(stage, "access_token", count).await;
    let refresh = last_issued(stage, "refresh_token", count).await;
    assert_eq!(stage.introspect(&spent).await, json!({ "active": false }), "it was consumed");
    let said = stage.introspect(&access).await;
    assert_eq!((&said["active"], &said["aud"]), (&json!(true), &json!(stage.guarded_url)));
    let [from, until] = ["iat", "exp"].map(|name| said[name].as_i64().expect("an instant"));
    assert_eq!(until - from, BRIEFLY);
    assert_eq!(stage.introspect(&refresh).await["active"], true);
    // The call went out with the new token.
    stage.until_shown(&access).await;
}

/// Calls the tool for which the token is not good enough, consents to what it wants, and
/// lets the same call go on.
async fn step_up(stage: &Stage, ada: &Client, browser: &mut Browser, account: &str) {
    let tool = ada.tool(WANTS_MORE).await;
    let call = ada.start(&tool, json!({ "a": 2, "b": 3 })).await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Invocation { state problem { code }
        connectAttempt { state authorizationUrl } } } }";
    let attempt = eventually("a call that waits for consent", async || {
        let call = ada.query(query, json!({ "id": call })).await["node"].clone();
        assert_ne!(call["state"], "FAILED", "{call}");
        (call["state"] == "AWAITING_AUTHORIZATION").then(|| call["connectAttempt"].clone())
    })
    .await;
    assert_eq!(attempt["state"], "PENDING");
    let url = text(&attempt["authorizationUrl"]);
    let both = BTreeSet::from([SCOPE, MORE].map(str::to_owned));
    assert!(scopes(&url).is_superset(&both), "{url}");

    let widened = consent(stage, ada, browser, &url).await;
    let page = browser.pages().last().expect("a page of the provider");
    assert!(page.contains(MORE), "the person is told what for: {page}");
    assert_eq!(widened["id"], account, "it is the same account");
    let granted = widened["grantedScopes"].as_array().expect("scopes").iter().map(text);
    assert_eq!(granted.collect::<BTreeSet<_>>(), both);
    let done = ada.until_invocation(&call, "SUCCEEDED").await;
    assert_eq!(done["result"]["content"][0]["text"], "The sum of 2 and 3 is 5.");
}

/// An account from consent to its end. Returns who Attaché was to the provider, each time
/// that it bought tokens.
async fn live(stage: &Stage, session: Session) -> Vec<Value> {
    let ada = stage.app.viewer("ada");
    let mut browser = Browser::new();
    let url = begin(&ada).await;
    assert!(url.starts_with(&stage.issuer), "{url}");
    let account = consent(stage, &ada, &mut browser, &url).await;
    assert_eq!(account["grantedScopes"], json!([SCOPE]));
    let account = text(&account["id"]);
    ada.until_catalog(&account, "READY").await;

    for renewals in 1..=RENEWALS {
        renew(stage, &ada, 1 + renewals).await;
    }
    if session == Session::Another {
        browser = Browser::new();
    }
    step_up(stage, &ada, &mut browser, &account).await;
    // What consent left is as good as what was there before.
    renew(stage, &ada, RENEWALS + 3).await;

    let bought = eventually("tokens that were all paid for", async || {
        Some(stage.told("granted")).filter(|bought| bought.len() == RENEWALS + 3)
    })
    .await;
    for purchase in &bought {
        assert_eq!(purchase["resource"], stage.guarded_url.as_str(), "{purchase}");
    }
    assert_eq!(stage.told("consumed").len(), RENEWALS + 1);
    assert_eq!(stage.told("refused"), Vec::<Value>::new(), "nothing was spent twice");
    assert_eq!(stage.told("ended"), Vec::<Value>::new(), "no grant is over");

    let (access, refresh) = (stage.issued("access_token"), stage.issued("refresh_token"));
    // What consent replaced is kept until the account goes: it may be of the same grant.
    let replaced = [&access[RENEWALS], &refresh[RENEWALS]];
    for token in replaced.into_iter().chain(access.last()).chain(refresh.last()) {
        assert_eq!(stage.introspect(token).await["active"], true);
    }
    leave(&ada, &account).await;
    for token in access.iter().chain(&refresh) {
        assert_eq!(stage.introspect(token).await, json!({ "active": false }));
    }
    eventually("grants that are all over", async || {
        let ended: BTreeSet<String> =
            stage.told("ended").iter().map(|fact| text(&fact["ended"])).collect();
        (ended.len() == session.grants()).then_some(())
    })
    .await;
    bought.into_iter().map(|purchase| purchase["clientId"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_registers_by_itself_is_the_same_client_from_consent_to_disconnect() {
    let stage = Stage::start(Tokens::ToAStranger(Introduction::Registration)).await;
    let clients = live(&stage, Session::TheSame).await;
    let [registered] = &stage.told("registered")[..] else { panic!("it registers once") };
    assert_eq!(clients, vec![registered["registered"].clone(); clients.len()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_introduction_enough() {
    let stage = Stage::start(Tokens::ToAStranger(Introduction::Document)).await;
    let clients = live(&stage, Session::Another).await;
    assert_eq!(clients, vec![json!(DOCUMENT_URL); clients.len()]);
    assert_eq!(stage.told("registered"), Vec::<Value>::new());
}
