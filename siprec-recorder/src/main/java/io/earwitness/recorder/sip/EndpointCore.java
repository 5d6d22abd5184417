package io.earwitness.recorder.sip;

import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.text.ParseException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.sip.ClientTransaction;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an endpoint's exchanges, calls and listener share. Thread-safe. */
final class EndpointCore {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointCore.class);

  private final SipEndpointConfig config;
  private final SipHandler handler;
  private final Map<Transport, Integer> ports;
  private final SipProvider provider;
  private final Dialogs dialogs = new Dialogs();
  private final CallOrder order = new CallOrder();
  private final Map<String, SipExchange> pendingInvites = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sip-timer").factory());

  EndpointCore(
      SipEndpointConfig config,
      SipHandler handler,
      Map<Transport, Integer> ports,
      SipProvider provider) {
    this.config = config;
    this.handler = handler;
    this.ports = Map.copyOf(ports);
    this.provider = provider;
  }

  SipEndpointConfig config() {
    return config;
  }

  SipHandler handler() {
    return handler;
  }

  /**
   * The port that a transport listens on.
   *
   * @throws IllegalArgumentException if none does
   */
  int port(Transport transport) {
    Integer port = ports.get(transport);
    if (port == null) {
      throw new IllegalArgumentException("SIP over " + transport + " is not spoken here");
    }
    return port;
  }

  SipProvider provider() {
    return provider;
  }

  Dialogs dialogs() {
    return dialogs;
  }

  CallOrder order() {
    return order;
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  String via(Transport transport) {
    return "SIP/2.0/%s %s:%d;rport;branch=%s"
        .formatted(transport.name(), config.advertisedHost(), port(transport), Tokens.branch());
  }

  /**
   * Our Contact.
   *
   * @param secure whether the dialog was asked for by a sips URI, so that this must be one too (RFC
   *     3261 §12.1.1)
   */
  String contact(Transport transport, boolean secure) {
    String parameters =
        config.contactParameters().isEmpty() ? "" : ";" + config.contactParameters();
    String address = config.advertisedHost() + ":" + port(transport);
    // In a sips URI, transport=tls has no place (RFC 5630 §3.1.4)
    return secure
        ? "<sips:%s>%s".formatted(address, parameters)
        : "<sip:%s;transport=%s>%s".formatted(address, transport.parameter(), parameters);
  }

  Header contactHeader(SipRequest request) throws ParseException {
    boolean secure = NameAddress.isSecure(request.requestUri());
    return new HeaderFactoryImpl().createHeader("Contact", contact(request.transport(), secure));
  }

  /** Remembers an INVITE that has no final answer yet, for its CANCEL. */
  void pending(SipExchange exchange) {
    pendingInvites.put(transactionKey(exchange.request()), exchange);
  }

  void answered(SipExchange exchange) {
    pendingInvites.remove(transactionKey(exchange.request()));
  }

  /** The unanswered INVITE that a CANCEL means (RFC 3261 §9.2). */
  @Nullable SipExchange cancelled(SipRequest cancel) {
    return pendingInvites.get(transactionKey(cancel));
  }

  /** Tells INVITEs, and a CANCEL with its INVITE, apart (RFC 3261 §17.2.3). */
  String transactionKey(SipRequest request) {
    String via = request.headers().first("Via").orElse("");
    int branch = via.indexOf("branch=");
    int end = branch < 0 ? -1 : via.indexOf(';', branch);
    String value = branch < 0 ? "" : end < 0 ? via.substring(branch) : via.substring(branch, end);
    return request.callId() + "|" + request.sequence() + "|" + value.strip();
  }

  record SentRequest(
      byte[] raw, ClientTransaction transaction, CompletableFuture<SipResponse> response) {}

  /** What is attached to a client transaction: whose it is and who waits for its response. */
  record Waiting(SipCall call, CompletableFuture<SipResponse> response) {}

  SentRequest send(byte[] text, SipCall call, Transport transport) throws IOException {
    SIPRequest request = SipCall.parsed(text);
    CompletableFuture<SipResponse> response = new CompletableFuture<>();
    try {
      ClientTransaction transaction = provider.getNewClientTransaction(request);
      transaction.setApplicationData(new Waiting(call, response));
      transaction.sendRequest();
      return new SentRequest(request.encodeAsBytes(transport.name()), transaction, response);
    } catch (SipException e) {
      throw new IOException("could not send " + request.getMethod() + ": " + e.getMessage(), e);
    }
  }

  void sendStateless(byte[] text) throws IOException {
    SIPRequest request = SipCall.parsed(text);
    try {
      provider.sendRequest(request);
    } catch (SipException e) {
      throw new IOException("could not send " + request.getMethod() + ": " + e.getMessage(), e);
    }
  }

  void sendCancel(ClientTransaction invite) throws IOException {
    try {
      provider.getNewClientTransaction(invite.createCancel()).sendRequest();
    } catch (SipException e) {
      throw new IOException("could not send CANCEL: " + e.getMessage(), e);
    }
  }

  /** Sends a 2xx again, outside of its transaction, which is over. */
  void resend(SIPResponse response) {
    try {
      provider.sendResponse(response);
    } catch (SipException e) {
      LOG.debug("Could not send a 2xx again: {}", e.getMessage());
    }
  }

  void close() {
    timer.shutdownNow();
    order.close();
  }
}
