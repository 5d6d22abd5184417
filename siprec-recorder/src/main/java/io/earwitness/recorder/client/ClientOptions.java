package io.earwitness.recorder.client;

import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What calls to place. Immutable: each {@code with…} gives other options. */
public final class ClientOptions {
  private final String to;
  private int calls = 1;
  private double rate = 1;
  private @Nullable Duration length;
  private Transport transport;
  private G711 codec = G711.PCMU;
  private CallParty caller = new CallParty("tel:+12025550101", "Alice Trader");
  private CallParty callee = new CallParty("tel:+12025550102", "Bob Client");
  private @Nullable Path left;
  private @Nullable Path right;
  private @Nullable InetAddress localAddress;
  private boolean hold;
  private @Nullable SSLContext tls;
  private List<SrtpSuite> srtp = List.of();
  private String keys = "";
  private boolean rtcpMux;
  private boolean dtls;

  private ClientOptions(String to) {
    this.to = to;
    this.transport = Target.transport(to);
  }

  private ClientOptions(ClientOptions other) {
    to = other.to;
    calls = other.calls;
    rate = other.rate;
    length = other.length;
    transport = other.transport;
    codec = other.codec;
    caller = other.caller;
    callee = other.callee;
    left = other.left;
    right = other.right;
    localAddress = other.localAddress;
    hold = other.hold;
    tls = other.tls;
    srtp = other.srtp;
    keys = other.keys;
    rtcpMux = other.rtcpMux;
    dtls = other.dtls;
  }

  private ClientOptions with(Consumer<ClientOptions> change) {
    ClientOptions changed = new ClientOptions(this);
    change.accept(changed);
    return changed;
  }

  /**
   * One call over UDP (or what the URI asks for) with PCMU and a clip of the client's own.
   *
   * @param uri the recorder's SIP URI, such as {@code sip:recorder@127.0.0.1:5060}
   */
  public static ClientOptions to(String uri) {
    return new ClientOptions(uri);
  }

  /**
   * So many calls, begun at this rate.
   *
   * @param number at least 1
   * @param perSecond calls begun in a second; above 0, at most 10000
   */
  public ClientOptions withCalls(int number, double perSecond) {
    if (number < 1) {
      throw new IllegalArgumentException(number + " calls; at least 1 is needed");
    }
    if (!(perSecond > 0 && perSecond <= 10_000)) {
      throw new IllegalArgumentException(
          "a rate of " + perSecond + " calls a second; it must be above 0 and at most 10000");
    }
    return with(
        changed -> {
          changed.calls = number;
          changed.rate = perSecond;
        });
  }

  /**
   * The speech is repeated or cut to this length.
   *
   * @param newLength at least one packet of 20 ms; null for the length of the speech
   */
  public ClientOptions withLength(@Nullable Duration newLength) {
    if (newLength != null && newLength.compareTo(Duration.ofMillis(20)) < 0) {
      throw new IllegalArgumentException(
          "a length of " + newLength.toMillis() + " ms; at least 20 ms are needed");
    }
    return with(changed -> changed.length = newLength);
  }

  public ClientOptions withTransport(Transport newTransport) {
    return with(changed -> changed.transport = newTransport);
  }

  public ClientOptions withCodec(G711 newCodec) {
    return with(changed -> changed.codec = newCodec);
  }

  /** Who calls, heard on the left, and who is called, heard on the right. */
  public ClientOptions withParties(CallParty newCaller, CallParty newCallee) {
    return with(
        changed -> {
          changed.caller = newCaller;
          changed.callee = newCallee;
        });
  }

  /** What both say, WAV files; null for the client's own clips. */
  public ClientOptions withSpeech(@Nullable Path newLeft, @Nullable Path newRight) {
    if ((newLeft == null) != (newRight == null)) {
      throw new IllegalArgumentException("give both, a left and a right WAV file, or neither");
    }
    return with(
        changed -> {
          changed.left = newLeft;
          changed.right = newRight;
        });
  }

  /** The address to send from; null for the one that leads to the recorder. */
  public ClientOptions withLocalAddress(@Nullable InetAddress address) {
    return with(changed -> changed.localAddress = address);
  }

  /** Whether the caller is on hold for a second in the middle of the call. */
  public ClientOptions withHold(boolean newHold) {
    return with(changed -> changed.hold = newHold);
  }

  /**
   * Our certificate and whom we trust, for calls over TLS; null for no certificate and the JDK's
   * list of authorities.
   */
  public ClientOptions withTls(@Nullable SSLContext context) {
    return with(changed -> changed.tls = context);
  }

  /** The crypto suites to offer (RFC 4568), the best liked first; empty for plain RTP. */
  public ClientOptions withSrtp(List<SrtpSuite> suites) {
    return with(changed -> changed.srtp = List.copyOf(suites));
  }

  /**
   * Keys that the caller presses from the middle of the call on, sent as telephone events (RFC
   * 4733): each for 100 ms, with 100 ms between them.
   *
   * @param pressed of 0 to 9, *, # and A to D; empty for none
   */
  public ClientOptions withKeys(String pressed) {
    String checked = Keypad.check(pressed);
    return with(changed -> changed.keys = checked);
  }

  /** Whether to offer RTP and RTCP on one port (RFC 5761). */
  public ClientOptions withRtcpMux(boolean offered) {
    return with(changed -> changed.rtcpMux = offered);
  }

  /**
   * Whether to offer SRTP whose keys come by DTLS (RFC 5763), instead of any suite. There are no
   * reports then: without a shared port they would need handshakes of their own.
   */
  public ClientOptions withDtls(boolean offered) {
    return with(changed -> changed.dtls = offered);
  }

  String to() {
    return to;
  }

  int calls() {
    return calls;
  }

  double rate() {
    return rate;
  }

  @Nullable Duration length() {
    return length;
  }

  /** How calls are placed. */
  public Transport transport() {
    return transport;
  }

  G711 codec() {
    return codec;
  }

  /** Who calls. */
  public CallParty caller() {
    return caller;
  }

  /** Who is called. */
  public CallParty callee() {
    return callee;
  }

  @Nullable Path left() {
    return left;
  }

  @Nullable Path right() {
    return right;
  }

  @Nullable InetAddress localAddress() {
    return localAddress;
  }

  boolean hold() {
    return hold;
  }

  @Nullable SSLContext tls() {
    return tls;
  }

  List<SrtpSuite> srtp() {
    return srtp;
  }

  String keys() {
    return keys;
  }

  boolean rtcpMux() {
    return rtcpMux;
  }

  boolean dtls() {
    return dtls;
  }
}
