//! What viewers may add for themselves.

use attache_engine::OwnServiceRules;
use attache_upstream::Policy;

use super::reader::Section;

/// The port of https, to which servers that viewers add are limited unless the operator says
/// otherwise.
const HTTPS: u16 = 443;

/// What viewers may add for themselves, and where this server goes for them.
#[derive(Clone, Debug)]
pub struct OwnServices {
    /// `None` where they may add nothing.
    pub rules: Option<OwnServiceRules>,
    /// Public addresses only, whatever the operator vouches for elsewhere. Also where nothing may
    /// be added any more: what is left of it is to be revoked.
    pub egress: Policy,
}

pub(super) fn read(root: &Section<'_>) -> OwnServices {
    let is_allowed = root.boolean("allow_custom_services").unwrap_or(false);
    let section = root.section("custom_services");
    let hosts = section.strings("hosts");
    for host in hosts.iter().flatten() {
        let name = host.strip_prefix("*.").unwrap_or(host);
        if name.is_empty()
            || !name.bytes().all(|it| it.is_ascii_alphanumeric() || b".-".contains(&it))
        {
            let what =
                format!("{host:?} is not a host like \"mcp.example.com\" or \"*.example.com\"");
            section.mistake("hosts", what);
        }
    }
    let ports = section.ports("ports").unwrap_or_else(|| vec![HTTPS]);
    let allows_loopback = section.boolean("allow_loopback").unwrap_or(false);
    section.report_unknown();
    OwnServices {
        rules: is_allowed.then(|| OwnServiceRules {
            hosts: hosts.map(|hosts| hosts.iter().map(|it| it.to_lowercase()).collect()),
        }),
        egress: Policy { allows_loopback, allowed: Vec::new(), ports: Some(ports) },
    }
}
