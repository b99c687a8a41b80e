//! Adding a service.

use attache_domain::{ConnectMethod, KeyForm, Problem, ProblemCode, Service, ServiceCode, Viewer};
use attache_store::{ClientOwner, OwnService, StoredRegistration, Written};
use attache_upstream::{Access, ClientAuth, McpError, McpServer, Provider, Trail};
use url::Url;

use super::look_up::offer_of;
use super::{AddService, BroughtClient};
use crate::clients::auth_text;
use crate::connect::refusal;
use crate::{Engine, Error, Result};

/// The most services that a viewer can add.
const MAX_OWN: usize = 20;

/// The most that a viewer can try to add in a minute, at one process.
pub(crate) const MAX_PER_MINUTE: u32 = 10;

/// The longest name of a service.
const MAX_NAME: usize = 80;

/// The longest of a client's names and secrets.
const MAX_CLIENT: usize = 2048;

impl Engine {
    /// Adds a service for the viewer alone. Where the viewer does not say how it is connected to,
    /// its server is asked; where tokens are needed, somebody has to say where they come from.
    /// What is there already is not added again.
    #[tracing::instrument(name = "engine.add_service", skip_all, fields(viewer.id = %viewer.id))]
    pub async fn add_service(&self, viewer: &Viewer, add: AddService) -> Result<Written<Service>> {
        let Some(rules) = &self.0.settings.own_services else {
            let message = "Services of your own are not allowed here.";
            return Err(Error::refused(ProblemCode::Refused, message));
        };
        let mcp_url = self.reachable(&add.mcp_url, "mcpUrl")?;
        if !rules.allows(&mcp_url) {
            let message = "Servers at this address cannot be added here.";
            return Err(Problem::invalid_input("mcpUrl", message).into());
        }
        let name = name(&add.name)?;
        if let Some(client) = &add.client {
            self.check_client(client, add.connect_method)?;
        }
        self.0.adding.check(viewer.id, self.0.clock.now())?;
        let mut service = OwnService {
            code: ServiceCode::of_own_service(&self.0.clock),
            name,
            mcp_url,
            connect_method: ConnectMethod::OAuth,
            protocol_era: add.protocol_era,
            key_form: None,
            client_issuer: add.client.as_ref().map(|client| client.issuer.clone()),
        };
        service.connect_method = match add.connect_method {
            Some(method) => method,
            None if add.client.is_some() => ConnectMethod::OAuth,
            None if !add.key_fields.is_empty() => ConnectMethod::ApiKey,
            None => self.ask_method(&service).await?,
        };
        service.key_form = key_form(&service, add.key_fields)?;
        let known = self.0.store.own_services(viewer.id).await?;
        let is_same = |it: &&OwnService| {
            OwnService { code: service.code.clone(), ..(*it).clone() } == service
        };
        if add.client.is_none()
            && let Some(same) = known.iter().find(is_same)
        {
            let cursor = self.event_cursor(viewer).await?;
            return Ok((offer_of(same.clone()).service, cursor));
        }
        if known.len() >= MAX_OWN {
            let message = format!("You can add at most {MAX_OWN} services.");
            return Err(Error::refused(ProblemCode::LimitReached, message));
        }
        self.check_way_in(&service).await?;
        self.0.store.see(viewer).await?;
        if let Some(client) = add.client {
            self.keep_client(viewer, &service.code, client).await?;
        }
        let ((), cursor) = self.0.store.add_own_service(viewer.id, &service).await?;
        tracing::info!(target: "attache::audit", service = %service.code, viewer.id = %viewer.id,
            host = service.mcp_url.host_str(), "a viewer added a service");
        Ok((offer_of(service).service, cursor))
    }

    /// A URL that may be gone to.
    fn reachable(&self, text: &str, field: &str) -> Result<Url> {
        let invalid = |message: &str| Problem::invalid_input(field, message);
        let mut url = Url::parse(text).map_err(|_| invalid("This is not a URL."))?;
        url.set_fragment(None);
        match self.0.ways.own.egress().check(&url) {
            Ok(()) => Ok(url),
            Err(error) => {
                tracing::info!(%error, "a URL may not be gone to");
                Err(invalid("This address cannot be used: it has to be a public https address.")
                    .into())
            }
        }
    }

    fn check_client(&self, client: &BroughtClient, method: Option<ConnectMethod>) -> Result<()> {
        let invalid = |message: &str| Err(Problem::invalid_input("oauthClient", message).into());
        if method.is_some_and(|method| method != ConnectMethod::OAuth) {
            return invalid("A client has no meaning unless accounts are connected by OAuth.");
        }
        self.reachable(&client.issuer, "oauthClient")?;
        let secret = client.secret.as_ref().map(secrecy::ExposeSecret::expose_secret);
        let is_printable = |text: &str| {
            (1..=MAX_CLIENT).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_graphic())
        };
        if !is_printable(&client.id) || !secret.is_none_or(is_printable) {
            return invalid("A client's id and secret have no spaces or odd characters.");
        }
        Ok(())
    }

    /// Asks a server whether it wants to see something.
    async fn ask_method(&self, service: &OwnService) -> Result<ConnectMethod> {
        let provider = Provider {
            server: McpServer::At(service.mcp_url.clone()),
            protocol_era: service.protocol_era,
            access: Access::Open,
        };
        match self.0.ways.own.sessions().knock(&provider).await {
            Ok(()) => Ok(ConnectMethod::None),
            Err(McpError::Unauthorized | McpError::Forbidden { .. }) => Ok(ConnectMethod::OAuth),
            Err(error) => {
                tracing::info!(error = &error as &dyn std::error::Error, "a server was not added");
                let message = "There is no MCP server at this address that answers.";
                Err(Problem::new(ProblemCode::ServiceUnavailable, message).at("mcpUrl").into())
            }
        }
    }

    /// Makes sure that somebody could connect: a server that does not say how is better found
    /// out about now.
    async fn check_way_in(&self, service: &OwnService) -> Result<()> {
        let offer = offer_of(service.clone());
        let Access::OAuth(provider) = &offer.provider.access else { return Ok(()) };
        let mut trail = Trail::default();
        let found = self.0.ways.own.destination(provider, &service.mcp_url, &mut trail);
        let field = if service.client_issuer.is_some() { "oauthClient" } else { "mcpUrl" };
        found.await.map_err(|error| refusal(&error, &service.name).at(field))?;
        Ok(())
    }

    async fn keep_client(
        &self,
        viewer: &Viewer,
        service: &ServiceCode,
        client: BroughtClient,
    ) -> Result<()> {
        let redirect_uri = self.brought_redirect_uri(viewer.id, &client.issuer);
        let auth = match &client.secret {
            None => ClientAuth::None,
            Some(_) if client.is_secret_in_form => ClientAuth::Post,
            Some(_) => ClientAuth::Basic,
        };
        let stored = StoredRegistration {
            client_id: client.id,
            auth: auth_text(auth),
            secret: client.secret,
            expires_at: None,
        };
        let owner = ClientOwner::own(viewer.id, service);
        let (issuer, redirect_uri) = (&client.issuer, redirect_uri.as_str());
        Ok(self.0.store.keep_registration(owner, issuer, redirect_uri, &stored).await?)
    }
}

fn name(text: &str) -> Result<String> {
    let name = text.trim();
    let is_shown = |character: char| !character.is_control();
    if name.is_empty() || name.chars().count() > MAX_NAME || !name.chars().all(is_shown) {
        let message = format!("A name has 1 to {MAX_NAME} characters.");
        return Err(Problem::invalid_input("name", message).into());
    }
    Ok(name.to_owned())
}

fn key_form(
    service: &OwnService,
    fields: Vec<attache_domain::KeyField>,
) -> Result<Option<KeyForm>> {
    let invalid = |message: String| Problem::invalid_input("keyFields", message);
    match service.connect_method {
        ConnectMethod::ApiKey if fields.is_empty() => Ok(Some(KeyForm::bearer())),
        ConnectMethod::ApiKey => match KeyForm::try_from(fields) {
            Ok(form) => Ok(Some(form)),
            Err(error) => Err(invalid(format!("This cannot be asked for: {error}.")).into()),
        },
        _ if fields.is_empty() => Ok(None),
        _ => Err(invalid("They have no meaning unless a key is entered.".to_owned()).into()),
    }
}
