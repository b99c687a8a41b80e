//! One service, as the operator describes it.

mod client;
mod program;

use attache_domain::{ConnectMethod, KeyField, KeyForm, ProtocolEra, Service, ServiceCode};
use attache_engine::Offer;
use attache_upstream::{
    Access, AuthorizationServer, ClientSource, Dialect, Egress, Endpoints, IdentitySource,
    McpServer, OAuthProvider, Policy, Provider, RegisteredClient,
};
use secrecy::ExposeSecret;
use url::Url;

use self::client::{Client, client, client_auth, proof};
use super::presets;
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
        let Some(section) = with_preset(services.section(&name)) else { continue };
        match name.parse::<ServiceCode>() {
            Ok(code) if code.is_own() => {
                services.mistake(&name, "a code that begins with OWN_ is a viewer's");
            }
            Ok(code) => offers.extend(one(code, &section, variables, &egress, mistakes)),
            Err(error) => services.mistake(&name, error.to_string()),
        }
    }
    offers
}

/// A service, with what its preset says that the operator does not.
fn with_preset(section: Section<'_>) -> Option<Section<'_>> {
    let Some(name) = section.string("preset") else { return Some(section) };
    let whole = section.with(|written| presets::on_top_of(&name, written));
    match &whole {
        // It has been read.
        Some(whole) => drop(whole.string("preset")),
        None => {
            let names: Vec<&str> = presets::preset_names().collect();
            section.mistake("preset", format!("must be one of {}", names.join(", ")));
        }
    }
    whole
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
    let local = section.section("program");
    let program =
        if local.is_empty() { None } else { program::program(&code, &local, variables, mistakes) };
    let mcp_url = if local.is_empty() {
        section.required_url("mcp_url")
    } else {
        if section.string("mcp_url").is_some() {
            section
                .mistake("program", "has no meaning with mcp_url: a service is one or the other");
        }
        None
    };
    check_reachable(section, "mcp_url", mcp_url.as_ref(), egress);
    let protocol_era = match section.string("protocol_era").as_deref() {
        Some("modern") => Some(ProtocolEra::Modern),
        Some("legacy") => Some(ProtocolEra::Legacy),
        Some(_) => {
            section.mistake("protocol_era", "must be \"modern\" or \"legacy\"");
            None
        }
        None => None,
    };
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
    let key_form = key_form(section, connect_method);
    if let Some(method) = connect_method {
        program::check_connect(section, program.as_deref(), method, key_form.as_ref());
    }
    section.report_unknown();
    if connect_method != Some(ConnectMethod::OAuth) && !oauth.is_empty() {
        section.mistake("oauth", "has no meaning unless connect = \"oauth\"");
    }
    let scopes = oauth.strings("scopes");
    let allowed_scopes = oauth.strings("allowed_scopes").or_else(|| scopes.clone());
    let default_scopes = scopes.unwrap_or_default();
    let is_allowed = |scope: &String| allowed_scopes.as_ref().is_none_or(|all| all.contains(scope));
    if let Some(scope) = default_scopes.iter().find(|scope| !is_allowed(scope)) {
        oauth.mistake("scopes", format!("{scope:?} is not among allowed_scopes"));
    }
    let access = match connect_method? {
        ConnectMethod::OAuth => {
            let client = client(&code, variables, mistakes);
            Access::OAuth(Box::new(oauth_provider(&oauth, client, egress)?))
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
            mcp_url: None,
            connect_method: connect_method?,
            key_form,
            accepts_connections,
            default_scopes,
            allowed_scopes,
        },
        provider: Provider {
            server: program.map(McpServer::Program).or(mcp_url.map(McpServer::At))?,
            protocol_era,
            access,
        },
    })
}

/// What a person enters, where they connect with a key: one key, unless the operator says more.
fn key_form(section: &Section<'_>, method: Option<ConnectMethod>) -> Option<KeyForm> {
    let fields: Vec<KeyField> = section.data("key_fields");
    if method != Some(ConnectMethod::ApiKey) {
        if !fields.is_empty() {
            section.mistake("key_fields", "has no meaning unless connect = \"api_key\"");
        }
        return None;
    }
    if fields.is_empty() {
        return Some(KeyForm::bearer());
    }
    let form = KeyForm::try_from(fields);
    form.map_err(|error| section.mistake("key_fields", error.to_string())).ok()
}

fn oauth_provider(
    section: &Section<'_>,
    client: Option<Client>,
    egress: &Egress,
) -> Option<OAuthProvider> {
    let server = server(section, client.is_some(), egress);
    let client_auth = client_auth(section, client.as_ref());
    let client = match client {
        None => Some(ClientSource::Automatic),
        Some(client) => proof(section, &client, client_auth).map(|proof| {
            let id = client.id.expose_secret().to_owned();
            ClientSource::Registered(RegisteredClient { id, auth: client_auth, proof })
        }),
    };
    let resource = section.string("resource");
    let authorization_params = section.pairs("authorization_params");
    for (name, _) in &authorization_params {
        if attache_upstream::is_reserved_param(name) {
            section.mistake("authorization_params", format!("{name} is set by the flow itself"));
        }
    }
    let identity = identity(&section.section("identity"), egress);
    let dialect = dialect(section, egress);
    section.report_unknown();
    Some(OAuthProvider {
        server: server?,
        client: client?,
        resource,
        authorization_params,
        identity,
        dialect,
    })
}

/// A server is named by its endpoints and its issuer, by its issuer alone, or not at all: then
/// the service has to name it. A client that an operator registered is known to one issuer,
/// and shown to no other.
fn server(section: &Section<'_>, has_client: bool, egress: &Egress) -> Option<AuthorizationServer> {
    let issuer = section.string("issuer");
    let authorization = section.url("authorization_url");
    let token = section.url("token_url");
    let revocation = section.url("revocation_url");
    let userinfo = section.url("userinfo_url");
    let names_itself = section.boolean("names_itself").unwrap_or(false);
    for (key, url) in [
        ("authorization_url", &authorization),
        ("token_url", &token),
        ("revocation_url", &revocation),
        ("userinfo_url", &userinfo),
    ] {
        check_reachable(section, key, url.as_ref(), egress);
    }
    match issuer.as_ref().map(|issuer| Url::parse(issuer)) {
        Some(Ok(url)) => check_reachable(section, "issuer", Some(&url), egress),
        Some(Err(_)) => section.mistake("issuer", "must be a URL"),
        None => {}
    }
    match (issuer, authorization, token) {
        (Some(issuer), Some(authorization), Some(token)) => {
            if !has_client {
                let what = "wants a client id: ATTACHE_…_CLIENT_ID, for the service's code";
                section.mistake("authorization_url", what);
            }
            let endpoints = Endpoints::new(issuer, authorization, token);
            let endpoints = Endpoints { revocation, userinfo, names_itself, ..endpoints };
            Some(AuthorizationServer::Endpoints(Box::new(endpoints)))
        }
        (Some(issuer), None, None) if revocation.is_none() && userinfo.is_none() => {
            Some(AuthorizationServer::Issuer(issuer))
        }
        (None, None, None) if revocation.is_none() && userinfo.is_none() => {
            if has_client {
                section
                    .mistake("issuer", "is needed with a client id: whom the client is known to");
            }
            Some(AuthorizationServer::Discovered)
        }
        (None, Some(_), _) | (None, _, Some(_)) => {
            section.mistake("issuer", "is needed with endpoints");
            None
        }
        _ => {
            let what = "authorization_url and token_url go together; without both, the endpoints are read from the issuer's metadata";
            section.mistake("authorization_url", what);
            None
        }
    }
}

fn identity(section: &Section<'_>, egress: &Egress) -> IdentitySource {
    if section.is_empty() {
        return IdentitySource::Standard;
    }
    let url = section.url("url");
    check_reachable(section, "url", url.as_ref(), egress);
    let subject = section.string("subject").unwrap_or_else(|| "/sub".to_owned());
    let label = section.string("label").unwrap_or_else(|| "/email".to_owned());
    for (key, pointers) in [("subject", &subject), ("label", &label)] {
        if !pointers.split_whitespace().all(|pointer| pointer.starts_with('/')) {
            section.mistake(key, "must be a JSON Pointer like \"/sub\"");
        }
    }
    let is_in_answer = section.boolean("in_answer").unwrap_or(false);
    if is_in_answer && url.is_some() {
        section.mistake("url", "has no meaning when the identity is in the answer");
    }
    section.report_unknown();
    if is_in_answer {
        IdentitySource::Answer { subject, label }
    } else {
        IdentitySource::Call { url, subject, label }
    }
}

fn dialect(section: &Section<'_>, egress: &Egress) -> Dialect {
    let dialect: Dialect = section.data("dialect");
    check_reachable(section, "dialect.refresh_url", dialect.refresh_url.as_ref(), egress);
    let revocation = dialect.revocation.as_ref().map(|own| Url::parse(&own.url));
    match revocation {
        Some(Ok(url)) => check_reachable(section, "dialect.revocation.url", Some(&url), egress),
        Some(Err(error)) => {
            section.mistake("dialect.revocation.url", format!("is not a URL: {error}"));
        }
        None => {}
    }
    dialect
}

fn check_reachable(section: &Section<'_>, key: &str, url: Option<&Url>, egress: &Egress) {
    if let Some(url) = url
        && let Err(error) = egress.check(url)
    {
        section.mistake(key, error.to_string());
    }
}
