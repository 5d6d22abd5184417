package io.earwitness.recorder.sip;

import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How to open a {@link SipEndpoint}.
 *
 * @param address to listen on; may be a wildcard address
 * @param port for every transport; 0 takes one that is free
 * @param advertisedHost host or address literal in our Contact and Via
 * @param contactParameters of our Contact, such as {@code +sip.srs}; may be empty
 * @param userAgent our Server and User-Agent
 * @param mayConnect to which addresses a stream connection may be opened; a response to a lost
 *     connection follows the peer's Via, so this keeps strangers from pointing us elsewhere
 */
public record SipEndpointConfig(
    InetAddress address,
    int port,
    Set<Transport> transports,
    String advertisedHost,
    String contactParameters,
    String userAgent,
    SipLimits limits,
    Predicate<InetAddress> mayConnect) {
  public SipEndpointConfig {
    transports = Set.copyOf(transports);
    if (transports.isEmpty()) {
      throw new IllegalArgumentException("no SIP transport to listen on");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("SIP port " + port + " is not in 0..65535");
    }
  }

  /** Both transports on one specific address, which is also the advertised one. */
  public static SipEndpointConfig of(InetAddress address, int port) {
    return new SipEndpointConfig(
        address,
        port,
        EnumSet.allOf(Transport.class),
        Peer.host(address),
        "",
        "Earwitness",
        SipLimits.DEFAULT,
        peer -> true);
  }

  public SipEndpointConfig withContactParameters(String parameters) {
    return new SipEndpointConfig(
        address, port, transports, advertisedHost, parameters, userAgent, limits, mayConnect);
  }

  public SipEndpointConfig withAdvertisedHost(String host) {
    return new SipEndpointConfig(
        address, port, transports, host, contactParameters, userAgent, limits, mayConnect);
  }

  public SipEndpointConfig withTransports(Set<Transport> chosen) {
    return new SipEndpointConfig(
        address, port, chosen, advertisedHost, contactParameters, userAgent, limits, mayConnect);
  }

  public SipEndpointConfig withLimits(SipLimits newLimits) {
    return new SipEndpointConfig(
        address,
        port,
        transports,
        advertisedHost,
        contactParameters,
        userAgent,
        newLimits,
        mayConnect);
  }

  public SipEndpointConfig withMayConnect(Predicate<InetAddress> allowed) {
    return new SipEndpointConfig(
        address, port, transports, advertisedHost, contactParameters, userAgent, limits, allowed);
  }
}
