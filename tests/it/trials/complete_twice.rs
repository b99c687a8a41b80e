//! The same callback, at two processes at once.

use attache_support::{report, rounds};
use futures_util::future::join;

use super::{accounts, everybody_leaves, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_comes_twice_at_once_is_exchanged_once() {
    let server = start(2, "").await;
    let (rounds, mut people) = (rounds(20), Vec::new());
    for round in 0..rounds {
        let person = format!("person-{round}");
        let (one, other) = (server.viewer_at(0, &person), server.viewer_at(1, &person));
        let attempt = one.begin().await;
        let callback = server.playground.consent(&attempt.url, &person).unwrap();
        let (first, second) = join(one.complete(&callback), other.complete(&callback)).await;
        let states = [&first, &second].map(|it| it["attempt"]["state"].as_str().unwrap());
        // Whoever was late is told how far the other one is.
        assert!(states.contains(&"SUCCEEDED"), "{states:?}");
        assert!(states.iter().all(|it| ["SUCCEEDED", "EXCHANGING"].contains(it)), "{states:?}");
        assert_eq!(server.playground.counts().codes, round + 1);
        let again = other.complete(&callback).await;
        assert_eq!(again["attempt"]["state"], "SUCCEEDED");
        assert_eq!(accounts(&one).await.len(), 1);
        people.push(one);
    }
    let codes = server.playground.counts().codes;
    let unknown = everybody_leaves(&server, &people, |_| false).await;
    report(&format!(
        "{rounds} callbacks, each twice at once at two processes: {codes} exchanges, {unknown} \
         live tokens unknown to us"
    ));
    assert_eq!((codes, unknown), (rounds, 0));
}
