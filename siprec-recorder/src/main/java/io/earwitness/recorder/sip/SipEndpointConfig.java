package io.earwitness.recorder.sip;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How to open a {@link SipEndpoint}.
 *
 * @param address to listen on; may be a wildcard address
 * @param port for UDP and TCP; 0 takes one that is free
 * @param plainTransports UDP, TCP, both or, where TLS is spoken, none
 * @param tls null where TLS is not spoken
 * @param advertisedHost host or address literal in our Contact and Via
 * @param contactParameters of our Contact, such as {@code +sip.srs}; may be empty
 * @param userAgent our Server and User-Agent
 * @param t1 the estimate of the round-trip time (RFC 3261 §17.1.1.1) after which a 2xx without an
 *     ACK is sent again; after 64 times that it is given up
 * @param mayConnect to which addresses a stream connection may be opened; a response to a lost
 *     connection follows the peer's Via, so this keeps strangers from pointing us elsewhere
 */
public record SipEndpointConfig(
    InetAddress address,
    int port,
    Set<Transport> plainTransports,
    @Nullable Tls tls,
    String advertisedHost,
    String contactParameters,
    String userAgent,
    SipLimits limits,
    Duration t1,
    Predicate<InetAddress> mayConnect,
    Omission omission) {
  /** What of messages that come in nobody is to know of. Thread-safe. */
  public interface Omission {
    /** Takes nothing out. */
    Omission NONE =
        new Omission() {
          @Override
          public byte[] mark(byte[] message) {
            return message;
          }

          @Override
          public byte[] strip(byte[] message) {
            return message;
          }
        };

    /** The message that is handed on as raw, with a word in place of what is taken out. */
    byte[] mark(byte[] message);

    /** The message whose headers and body are handed on. */
    byte[] strip(byte[] message);
  }

  /**
   * SIP over TLS. Whoever connects, or is connected to, must have a certificate that the context
   * trusts; names in it are not compared with anything, since SRCs are known by address.
   *
   * @param port 0 takes one that is free
   * @param context asked for each connection, so that certificates can change while we listen
   * @param clientCertificateRequired whether those who connect must have a certificate
   */
  public record Tls(int port, Supplier<SSLContext> context, boolean clientCertificateRequired) {
    public Tls {
      requirePort(port);
    }
  }

  public SipEndpointConfig {
    plainTransports = Set.copyOf(plainTransports);
    if (plainTransports.contains(Transport.TLS)) {
      throw new IllegalArgumentException("TLS has a port of its own");
    }
    if (plainTransports.isEmpty() && tls == null) {
      throw new IllegalArgumentException("no SIP transport to listen on");
    }
    requirePort(port);
  }

  private static void requirePort(int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("SIP port " + port + " is not in 0..65535");
    }
  }

  /** UDP and TCP on one specific address, which is also the advertised one. */
  public static SipEndpointConfig of(InetAddress address, int port) {
    return new SipEndpointConfig(
        address,
        port,
        Set.of(Transport.UDP, Transport.TCP),
        null,
        Peer.host(address),
        "",
        "Earwitness",
        SipLimits.DEFAULT,
        Duration.ofMillis(500),
        peer -> true,
        Omission.NONE);
  }

  /** All that is spoken, in a fixed order. */
  Stream<Transport> transports() {
    return Stream.of(Transport.values())
        .filter(
            transport ->
                transport == Transport.TLS ? tls != null : plainTransports.contains(transport));
  }

  /** The port as configured. */
  int port(Transport transport) {
    return tls != null && transport == Transport.TLS ? tls.port() : port;
  }

  public SipEndpointConfig withContactParameters(String parameters) {
    return new SipEndpointConfig(
        address,
        port,
        plainTransports,
        tls,
        advertisedHost,
        parameters,
        userAgent,
        limits,
        t1,
        mayConnect,
        omission);
  }

  public SipEndpointConfig withAdvertisedHost(String host) {
    return new SipEndpointConfig(
        address,
        port,
        plainTransports,
        tls,
        host,
        contactParameters,
        userAgent,
        limits,
        t1,
        mayConnect,
        omission);
  }

  /** Which of UDP and TCP are spoken, and whether TLS is. */
  public SipEndpointConfig withTransports(Set<Transport> plain, @Nullable Tls secured) {
    return new SipEndpointConfig(
        address,
        port,
        plain,
        secured,
        advertisedHost,
        contactParameters,
        userAgent,
        limits,
        t1,
        mayConnect,
        omission);
  }

  public SipEndpointConfig withLimits(SipLimits newLimits) {
    return new SipEndpointConfig(
        address,
        port,
        plainTransports,
        tls,
        advertisedHost,
        contactParameters,
        userAgent,
        newLimits,
        t1,
        mayConnect,
        omission);
  }

  public SipEndpointConfig withMayConnect(Predicate<InetAddress> allowed) {
    return new SipEndpointConfig(
        address,
        port,
        plainTransports,
        tls,
        advertisedHost,
        contactParameters,
        userAgent,
        limits,
        t1,
        allowed,
        omission);
  }

  /** What is taken out of each message before it is handed on; the dialog is not touched by it. */
  public SipEndpointConfig withOmission(Omission taken) {
    return new SipEndpointConfig(
        address,
        port,
        plainTransports,
        tls,
        advertisedHost,
        contactParameters,
        userAgent,
        limits,
        t1,
        mayConnect,
        taken);
  }

  /** Less than the usual 500 ms where the network is known to be faster. */
  public SipEndpointConfig withT1(Duration time) {
    if (!time.isPositive()) {
      throw new IllegalArgumentException("T1 of " + time);
    }
    return new SipEndpointConfig(
        address,
        port,
        plainTransports,
        tls,
        advertisedHost,
        contactParameters,
        userAgent,
        limits,
        time,
        mayConnect,
        omission);
  }
}
