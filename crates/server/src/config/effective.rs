//! Showing the configuration as it is in effect, without its secrets.

mod program;

use std::fmt::{self, Write};

use attache_domain::{ConnectMethod, KeyField, ProtocolEra};
use attache_engine::Offer;
use attache_upstream::{
    Access, AuthorizationServer, ClientSource, Dialect, IdentitySource, OAuthProvider, Policy,
    Proof, context_id,
};
use url::Url;

use self::program::write_program;
use super::{Config, Keys, Landing};

const HIDDEN: &str = "(hidden)";

/// The configuration in the words of `attache.toml`, secrets hidden, with what
/// follows from it: above all the redirect URIs that have to be registered.
pub fn effective(config: &Config) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_all(&mut text, config);
    text
}

/// One service in the words of `attache.toml`. `None` where it is not configured.
pub fn effective_service(config: &Config, code: &str) -> Option<String> {
    let offer = config.services.iter().find(|offer| offer.service.code.as_str() == code)?;
    let mut text = String::new();
    let _ = write_service(&mut text, offer, &config.callback_base());
    Some(text.trim_start().to_owned())
}

fn write_all(out: &mut String, config: &Config) -> fmt::Result {
    writeln!(out, "listen = \"{}\"", config.listen)?;
    writeln!(out, "public_url = \"{}\"", config.public_url)?;
    writeln!(out, "allow_custom_services = {}", config.own_services.rules.is_some())?;
    writeln!(out, "# ATTACHE_DATABASE_URL = {HIDDEN}")?;
    writeln!(out, "# ATTACHE_KEYS = {HIDDEN}")?;
    writeln!(out, "\n[database]\nconnections = {}", config.database_connections)?;
    writeln!(out, "\n[auth]\nissuer = \"{}\"", config.auth.issuer)?;
    writeln!(out, "audience = \"{}\"", config.auth.audience)?;
    match &config.auth.keys {
        Keys::Shared(_) => writeln!(out, "# ATTACHE_JWT_SECRET = {HIDDEN}")?,
        Keys::Jwks(url) => writeln!(out, "jwks_url = \"{url}\"")?,
    }
    if let Some(claim) = &config.auth.tenant_claim {
        writeln!(out, "tenant_claim = \"{claim}\"")?;
    }
    if let Some(claim) = &config.auth.client_claim {
        writeln!(out, "client_claim = \"{claim}\"")?;
    }
    writeln!(out, "max_lifetime = \"{}s\"", config.auth.max_lifetime.num_seconds())?;
    writeln!(out, "\n[http]\nallowed_origins = {:?}", config.allowed_origins)?;
    match &config.landing {
        Landing::Server => writeln!(out, "\n[callback]\nlanding = \"server\"")?,
        Landing::Frontend(url) => {
            writeln!(out, "\n[callback]\nlanding = \"frontend\"\nurl = \"{url}\"")?;
        }
    }
    writeln!(out, "time_to_return = \"{}s\"", config.time_to_return.as_secs())?;
    writeln!(out, "\n[returns]")?;
    for (name, url) in &config.returns {
        writeln!(out, "{name} = \"{url}\"")?;
    }
    let networks: Vec<String> = config.egress.allowed.iter().map(ToString::to_string).collect();
    writeln!(out, "\n[egress]\nallow_loopback = {}", config.egress.allows_loopback)?;
    writeln!(out, "allow_networks = {networks:?}")?;
    if let Some(rules) = &config.own_services.rules {
        let Policy { allows_loopback, ports, .. } = &config.own_services.egress;
        writeln!(out, "\n[custom_services]")?;
        match &rules.hosts {
            Some(hosts) => writeln!(out, "hosts = {hosts:?}")?,
            None => writeln!(out, "# any public host")?,
        }
        writeln!(out, "ports = {:?}", ports.as_deref().unwrap_or_default())?;
        writeln!(out, "allow_loopback = {allows_loopback}")?;
    }
    if config.services.iter().any(|it| it.provider.program().is_some()) {
        writeln!(out, "\n[programs]\nrunning = {}", config.programs.running)?;
    }
    writeln!(out, "\n[calls]\nidle_timeout = \"{}s\"", config.calls.idle.as_secs())?;
    writeln!(out, "total_timeout = \"{}s\"", config.calls.total.as_secs())?;
    writeln!(out, "task_timeout = \"{}s\"", config.calls.task.as_secs())?;
    writeln!(
        out,
        "running = {}\nwaiting = {}",
        config.call_room.running, config.call_room.waiting
    )?;
    writeln!(out, "question_timeout = \"{}s\"", config.questions.ended.as_secs())?;
    writeln!(out, "held_question_timeout = \"{}s\"", config.questions.held.as_secs())?;
    writeln!(out, "\n[retention]\npayloads = \"{}s\"", config.retention.payloads.as_secs())?;
    writeln!(out, "history = \"{}s\"", config.retention.history.as_secs())?;
    writeln!(out, "events = \"{}s\"", config.retention.events.as_secs())?;
    writeln!(out, "\n[tools]\nhold_changed = {}", config.holds_changed_tools)?;
    writeln!(out, "\n[client]\nname = {:?}", config.client_name)?;
    if let Some(url) = &config.client_document {
        writeln!(out, "document_url = \"{url}\"")?;
    }
    match &config.journal {
        Some(directory) => {
            writeln!(out, "\n[journal]\ndirectory = \"{}\"", directory.display())?;
        }
        None => writeln!(out, "\n[journal]\nenabled = false")?,
    }
    for offer in &config.services {
        write_service(out, offer, &config.callback_base())?;
    }
    Ok(())
}

fn write_service(out: &mut String, offer: &Offer, callback_base: &Url) -> fmt::Result {
    let service = &offer.service;
    writeln!(out, "\n[services.{}]\nname = {:?}", service.code, service.name)?;
    if let Some(url) = offer.provider.mcp_url() {
        writeln!(out, "mcp_url = \"{url}\"")?;
    }
    let method = match service.connect_method {
        ConnectMethod::OAuth => "oauth",
        ConnectMethod::ApiKey => "api_key",
        ConnectMethod::None => "none",
    };
    writeln!(out, "connect = \"{method}\"")?;
    match offer.provider.protocol_era {
        Some(ProtocolEra::Modern) => writeln!(out, "protocol_era = \"modern\"")?,
        Some(ProtocolEra::Legacy) => writeln!(out, "protocol_era = \"legacy\"")?,
        None => {}
    }
    writeln!(out, "accepts_connections = {}", service.accepts_connections)?;
    for field in service.key_form.iter().flat_map(|form| form.fields()) {
        let KeyField { name, label, header, variable, prefix, .. } = field;
        writeln!(out, "\n[[services.{}.key_fields]]\nname = {name:?}", service.code)?;
        match variable {
            Some(variable) => writeln!(out, "label = {label:?}\nvariable = {variable:?}")?,
            None => writeln!(out, "label = {label:?}\nheader = {header:?}")?,
        }
        writeln!(out, "prefix = {prefix:?}")?;
        writeln!(out, "secret = {}\nrequired = {}", field.is_secret, field.is_required)?;
    }
    let code = service.code.as_str();
    if let Some(program) = offer.provider.program() {
        write_program(out, code, program)?;
        if matches!(offer.provider.access, Access::ApiKey) {
            let what =
                "if its tools read files or run commands, it must not be given people's keys";
            writeln!(out, "# {what}")?;
        }
    }
    let Access::OAuth(provider) = &offer.provider.access else { return Ok(()) };
    match &provider.client {
        ClientSource::Automatic | ClientSource::Brought => {
            writeln!(out, "# this server introduces itself")?;
        }
        ClientSource::Registered(client) => {
            writeln!(out, "# ATTACHE_{code}_CLIENT_ID = {}", client.id)?;
            match client.proof {
                Proof::Secret(_) => writeln!(out, "# ATTACHE_{code}_CLIENT_SECRET = {HIDDEN}")?,
                Proof::Key(_) => writeln!(out, "# ATTACHE_{code}_CLIENT_KEY = {HIDDEN}")?,
                Proof::None => {}
            }
        }
    }
    if let Some(uri) = redirect_uri(code, provider, callback_base) {
        writeln!(out, "# register this redirect URI: {uri}")?;
    }
    writeln!(out, "\n[services.{code}.oauth]")?;
    match &provider.server {
        AuthorizationServer::Discovered => writeln!(out, "# the service names its issuer")?,
        AuthorizationServer::Issuer(issuer) => writeln!(out, "issuer = \"{issuer}\"")?,
        AuthorizationServer::Endpoints(endpoints) => {
            writeln!(out, "issuer = \"{}\"", endpoints.issuer)?;
            writeln!(out, "authorization_url = \"{}\"", endpoints.authorization)?;
            writeln!(out, "token_url = \"{}\"", endpoints.token)?;
            if let Some(url) = &endpoints.revocation {
                writeln!(out, "revocation_url = \"{url}\"")?;
            }
        }
    }
    if let Some(resource) = &provider.resource {
        writeln!(out, "resource = \"{resource}\"")?;
    }
    writeln!(out, "scopes = {:?}", service.default_scopes)?;
    match &service.allowed_scopes {
        Some(scopes) => writeln!(out, "allowed_scopes = {scopes:?}")?,
        None => writeln!(out, "# the service says which scopes may be asked for")?,
    }
    write_identity(out, &provider.identity)?;
    if provider.dialect != Dialect::default() {
        let dialect = toml::to_string(&provider.dialect).map_err(|_| fmt::Error)?;
        // Its tables are deeper here.
        let place = format!("services.{code}.oauth.dialect");
        let dialect = format!("\n{dialect}").replace("\n[", &format!("\n[{place}."));
        write!(out, "\n[{place}]{dialect}")?;
    }
    Ok(())
}

fn write_identity(out: &mut String, identity: &IdentitySource) -> fmt::Result {
    match identity {
        IdentitySource::Standard => Ok(()),
        IdentitySource::Answer { subject, label } => writeln!(
            out,
            "identity = {{ in_answer = true, subject = {subject:?}, label = {label:?} }}"
        ),
        IdentitySource::Call { url: Some(url), subject, label } => writeln!(
            out,
            "identity = {{ url = \"{url}\", subject = {subject:?}, label = {label:?} }}"
        ),
        IdentitySource::Call { url: None, subject, label } => {
            writeln!(out, "identity = {{ subject = {subject:?}, label = {label:?} }}")
        }
    }
}

/// The redirect URI of a client, which has to be registered at its service. `None` where
/// this server registers itself.
pub fn redirect_uri(code: &str, provider: &OAuthProvider, callback_base: &Url) -> Option<String> {
    let ClientSource::Registered(client) = &provider.client else { return None };
    let issuer = match &provider.server {
        AuthorizationServer::Discovered => return None,
        AuthorizationServer::Issuer(issuer) => issuer,
        AuthorizationServer::Endpoints(endpoints) => &endpoints.issuer,
    };
    let base = callback_base.as_str().trim_end_matches('/');
    Some(format!("{base}/{}", context_id(code, issuer, &client.id)))
}
