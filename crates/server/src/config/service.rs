//! One service, as the operator describes it.

use attache_domain::{ConnectMethod, Service, ServiceCode};
use attache_engine::Offer;
use attache_upstream::{
    Access, AuthorizationServer, ClientAuth, Dialect, Egress, Endpoints, IdentitySource,
    OAuthProvider, Policy, Proof, Provider, SigningKey,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::reader::{Mistakes, Section};
use super::variables::Variables;

/// All services of the file.
pub(super) fn all(
    services: &Section<'_>,
    variables: &Variables<'_>,
    egress: &Policy,
    mistakes: &Mistakes,
) -> Vec<Offer> {
    let egress = Egress::new(egress.clone());
    let mut offers = Vec::new();
    for name in services.names() {
        let section = services.section(&name);
        match name.parse::<ServiceCode>() {
            Ok(code) => offers.extend(one(code, &section, variables, &egress, mistakes)),
            Err(error) => services.mistake(&name, error.to_string()),
        }
    }
    offers
}

fn one(
    code: ServiceCode,
    section: &Section<'_>,
    variables: &Variables<'_>,
    egress: &Egress,
    mistakes: &Mistakes,
) -> Option<Offer> {
    let name = section.required_string("name");
    let description = section.string("description");
    let (icon_url, homepage_url) = (section.url("icon_url"), section.url("homepage_url"));
    let settings_url = section.url("settings_url");
    let accepts_connections = section.boolean("accepts_connections").unwrap_or(true);
    let mcp_url = section.required_url("mcp_url");
    check_reachable(section, "mcp_url", mcp_url.as_ref(), egress);
    let oauth = section.section("oauth");
    let connect_method = match section.required_string("connect").as_deref() {
        Some("oauth") => Some(ConnectMethod::OAuth),
        Some("api_key") => Some(ConnectMethod::ApiKey),
        Some("none") => Some(ConnectMethod::None),
        Some(_) => {
            section.mistake("connect", "must be \"oauth\", \"api_key\" or \"none\"");
            None
        }
        None => None,
    };
    section.report_unknown();
    if connect_method != Some(ConnectMethod::OAuth) && !oauth.is_empty() {
        section.mistake("oauth", "has no meaning unless connect = \"oauth\"");
    }
    let default_scopes = oauth.strings("scopes").unwrap_or_default();
    let allowed_scopes = oauth.strings("allowed_scopes").unwrap_or_else(|| default_scopes.clone());
    if let Some(scope) = default_scopes.iter().find(|scope| !allowed_scopes.contains(scope)) {
        oauth.mistake("scopes", format!("{scope:?} is not among allowed_scopes"));
    }
    let access = match connect_method? {
        ConnectMethod::OAuth => {
            let client = client(&code, variables, mistakes);
            let provider = oauth_provider(&oauth, client, mcp_url.as_ref(), egress);
            Access::OAuth(Box::new(provider?))
        }
        ConnectMethod::ApiKey => Access::ApiKey,
        ConnectMethod::None => Access::Open,
    };
    Some(Offer {
        service: Service {
            code,
            name: name?,
            description,
            icon_url,
            homepage_url,
            settings_url,
            connect_method: connect_method?,
            accepts_connections,
            default_scopes,
            allowed_scopes,
        },
        provider: Provider { mcp_url: mcp_url?, access },
    })
}

struct Client {
    id: SecretString,
    secret: Option<SecretString>,
    key: Option<SecretString>,
}

/// The client's id and what it proves itself with are the deployment's, so they come from
/// the environment.
fn client(code: &ServiceCode, variables: &Variables<'_>, mistakes: &Mistakes) -> Option<Client> {
    let [id, secret, key] =
        ["ID", "SECRET", "KEY"].map(|what| format!("ATTACHE_{code}_CLIENT_{what}"));
    let secret = variables.get(&secret, mistakes);
    let key = variables.get(&key, mistakes);
    let id = variables.required(&id, "who this server is to the service", mistakes)?;
    Some(Client { id, secret, key })
}

fn oauth_provider(
    section: &Section<'_>,
    client: Option<Client>,
    mcp_url: Option<&Url>,
    egress: &Egress,
) -> Option<OAuthProvider> {
    let server = server(section, egress);
    let client_auth = client_auth(section, client.as_ref());
    let proof = proof(section, client.as_ref(), client_auth);
    let resource = section.string("resource");
    let authorization_params = section.pairs("authorization_params");
    for (name, _) in &authorization_params {
        if attache_upstream::is_reserved_param(name) {
            section.mistake("authorization_params", format!("{name} is set by the flow itself"));
        }
    }
    let identity = identity(&section.section("identity"), egress);
    section.report_unknown();
    let client = client?;
    Some(OAuthProvider {
        server: server?,
        client_id: client.id.expose_secret().to_owned(),
        proof: proof?,
        client_auth,
        resource: resource.or_else(|| mcp_url.map(canonical))?,
        authorization_params,
        identity,
        dialect: Dialect::default(),
    })
}

/// How the client proves itself. What it has to prove itself with says so, where the
/// operator does not.
fn client_auth(section: &Section<'_>, client: Option<&Client>) -> ClientAuth {
    match section.string("client_auth").as_deref() {
        Some("basic") => ClientAuth::Basic,
        Some("post") => ClientAuth::Post,
        Some("none") => ClientAuth::None,
        Some("private_key_jwt") => ClientAuth::PrivateKeyJwt,
        Some(_) => {
            let what = "must be \"basic\", \"post\", \"private_key_jwt\" or \"none\"";
            section.mistake("client_auth", what);
            ClientAuth::None
        }
        None => match client {
            Some(Client { key: Some(_), .. }) => ClientAuth::PrivateKeyJwt,
            Some(Client { secret: None, .. }) => ClientAuth::None,
            _ => ClientAuth::Basic,
        },
    }
}

/// What it proves itself with: what goes with how, and nothing else.
fn proof(section: &Section<'_>, client: Option<&Client>, auth: ClientAuth) -> Option<Proof> {
    let key_id = section.string("client_key_id");
    let Client { secret, key, .. } = client?;
    match (auth, secret, key) {
        (ClientAuth::None, None, None) => Some(Proof::None),
        (ClientAuth::Basic | ClientAuth::Post, Some(secret), None) => {
            Some(Proof::Secret(secret.clone()))
        }
        (ClientAuth::PrivateKeyJwt, None, Some(key)) => match SigningKey::parse(key, key_id) {
            Ok(key) => Some(Proof::Key(key)),
            Err(error) => {
                section.mistake("client_auth", format!("the client's key: {error}"));
                None
            }
        },
        _ => {
            let what = "a client secret goes with \"basic\" and \"post\", a client key with \"private_key_jwt\", and neither with \"none\"";
            section.mistake("client_auth", what);
            None
        }
    }
}

/// A server is named by its issuer alone, or by its endpoints as well.
fn server(section: &Section<'_>, egress: &Egress) -> Option<AuthorizationServer> {
    let issuer = section.required_string("issuer");
    let authorization = section.url("authorization_url");
    let token = section.url("token_url");
    let revocation = section.url("revocation_url");
    let userinfo = section.url("userinfo_url");
    let names_itself = section.boolean("names_itself").unwrap_or(false);
    let issuer = issuer?;
    if let Ok(url) = Url::parse(&issuer) {
        check_reachable(section, "issuer", Some(&url), egress);
    } else {
        section.mistake("issuer", "must be a URL");
    }
    for (key, url) in [
        ("authorization_url", &authorization),
        ("token_url", &token),
        ("revocation_url", &revocation),
        ("userinfo_url", &userinfo),
    ] {
        check_reachable(section, key, url.as_ref(), egress);
    }
    match (authorization, token) {
        (Some(authorization), Some(token)) => {
            Some(AuthorizationServer::Endpoints(Box::new(Endpoints {
                issuer,
                authorization,
                token,
                revocation,
                userinfo,
                names_itself,
            })))
        }
        (None, None) if revocation.is_none() && userinfo.is_none() => {
            Some(AuthorizationServer::Issuer(issuer))
        }
        _ => {
            let what = "authorization_url and token_url go together; without both, the endpoints are read from the issuer's metadata";
            section.mistake("authorization_url", what);
            None
        }
    }
}

fn identity(section: &Section<'_>, egress: &Egress) -> Option<IdentitySource> {
    if section.is_empty() {
        return None;
    }
    let url = section.url("url");
    check_reachable(section, "url", url.as_ref(), egress);
    let subject = section.string("subject").unwrap_or_else(|| "/sub".to_owned());
    let label = section.string("label").unwrap_or_else(|| "/email".to_owned());
    for (key, pointer) in [("subject", &subject), ("label", &label)] {
        if !pointer.starts_with('/') {
            section.mistake(key, "must be a JSON Pointer like \"/sub\"");
        }
    }
    section.report_unknown();
    Some(IdentitySource { url, subject, label })
}

fn check_reachable(section: &Section<'_>, key: &str, url: Option<&Url>, egress: &Egress) {
    if let Some(url) = url
        && let Err(error) = egress.check(url)
    {
        section.mistake(key, error.to_string());
    }
}

/// The resource that tokens are for (RFC 8707): the MCP URL, without a fragment and
/// without the slash that an empty path prints.
fn canonical(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    let text = url.to_string();
    if url.path() == "/" && url.query().is_none() {
        text.trim_end_matches('/').to_owned()
    } else {
        text
    }
}
