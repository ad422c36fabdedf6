//! What clients and tools on the network do.

/// Hands the steps before it, and then its own, on to the next list.
macro_rules! network_steps {
    ($next:ident $($then:ident)*; $($before:tt)*) => { $next! { $($then)*; $($before)*
    /// Asks a DNS server.
    "dns-query" => DnsQuery(network::query::DnsQuery),
    /// Pings an address.
    "ping" => Ping(network::query::Ping),
    /// Lets a DHCP client act.
    "dhcp-client" => DhcpClient(network::client::DhcpClient),
    /// Lets a DHCPv6 client act.
    "dhcpv6-client" => DhcpV6Client(network::client_v6::DhcpV6Client),
    /// Puts many DHCP clients on the network, which live by themselves from then on.
    "start-dhcp-clients" => StartDhcpClients(Box<network::fleet::StartDhcpClients>),
    /// Switches such clients off, without a word to any server.
    "stop-dhcp-clients" => StopDhcpClients(network::fleet::StopDhcpClients),
    /// Shows what such clients have done so far.
    "show-dhcp-clients" => ShowDhcpClients(network::fleet::ShowDhcpClients),
    } };
}

pub(super) use network_steps;
