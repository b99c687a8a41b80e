//! What is sent to a token endpoint, in the dialect that it understands.

use http::{HeaderValue, Request, header};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{BodyFormat, Dialect};

impl Dialect {
    /// A request with a form, as the service wants its body.
    pub(crate) fn request(&self, request: Request<Vec<u8>>) -> Request<Vec<u8>> {
        match self.token_body {
            BodyFormat::Form => request,
            BodyFormat::Json => {
                let (mut parts, form) = request.into_parts();
                let json = HeaderValue::from_static("application/json");
                parts.headers.insert(header::CONTENT_TYPE, json);
                Request::from_parts(parts, json_of(&form))
            }
        }
    }
}

fn json_of(form: &[u8]) -> Vec<u8> {
    let fields: Map<String, Value> = form_urlencoded::parse(form)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect();
    Value::Object(fields).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_becomes_json_where_json_is_wanted() {
        let form = || Request::post("https://as.example/token").body(b"code=a%20b&x=%3D".to_vec());
        let dialect = Dialect { token_body: BodyFormat::Json, ..Dialect::default() };
        let request = dialect.request(form().unwrap());
        assert_eq!(request.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(request.body(), br#"{"code":"a b","x":"="}"#);
        let plain = Dialect::default().request(form().unwrap());
        assert_eq!(plain.body(), b"code=a%20b&x=%3D");
    }
}
