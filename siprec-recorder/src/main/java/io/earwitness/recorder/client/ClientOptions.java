package io.earwitness.recorder.client;

import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What calls to place.
 *
 * @param to the recorder's SIP URI, such as {@code sip:recorder@127.0.0.1:5060}
 * @param calls how many, at least 1
 * @param rate calls begun in a second; above 0
 * @param length of the audio of each call, at least one packet of 20 ms: the speech is repeated or
 *     cut to it; null for the length of the speech
 * @param caller heard on the left
 * @param callee heard on the right
 * @param left what the caller says, a WAV file; null for the client's own clips
 * @param right what the callee says, a WAV file; null for the client's own clips
 * @param localAddress to send from; null for the one that leads to the recorder
 * @param hold whether the caller is on hold for a second in the middle of the call
 * @param srtp the crypto suites to offer, the best liked first; empty for plain RTP
 */
public record ClientOptions(
    String to,
    int calls,
    double rate,
    @Nullable Duration length,
    Transport transport,
    G711 codec,
    CallParty caller,
    CallParty callee,
    @Nullable Path left,
    @Nullable Path right,
    @Nullable InetAddress localAddress,
    boolean hold,
    List<SrtpSuite> srtp) {
  public ClientOptions {
    srtp = List.copyOf(srtp);
    if (calls < 1) {
      throw new IllegalArgumentException(calls + " calls; at least 1 is needed");
    }
    if (!(rate > 0 && rate <= 10_000)) {
      throw new IllegalArgumentException(
          "a rate of " + rate + " calls a second; it must be above 0 and at most 10000");
    }
    if (length != null && length.compareTo(Duration.ofMillis(20)) < 0) {
      throw new IllegalArgumentException(
          "a length of " + length.toMillis() + " ms; at least 20 ms are needed");
    }
    if ((left == null) != (right == null)) {
      throw new IllegalArgumentException("give both, a left and a right WAV file, or neither");
    }
  }

  /** One call over UDP (or what the URI asks for) with PCMU and a clip of the client's own. */
  public static ClientOptions to(String uri) {
    return new ClientOptions(
        uri,
        1,
        1,
        null,
        uri.toLowerCase(Locale.ROOT).contains(";transport=tcp") ? Transport.TCP : Transport.UDP,
        G711.PCMU,
        new CallParty("tel:+12025550101", "Alice Trader"),
        new CallParty("tel:+12025550102", "Bob Client"),
        null,
        null,
        null,
        false,
        List.of());
  }

  /** So many calls, begun at this rate. */
  public ClientOptions withCalls(int number, double perSecond) {
    return new ClientOptions(
        to,
        number,
        perSecond,
        length,
        transport,
        codec,
        caller,
        callee,
        left,
        right,
        localAddress,
        hold,
        srtp);
  }

  public ClientOptions withLength(@Nullable Duration newLength) {
    return new ClientOptions(
        to,
        calls,
        rate,
        newLength,
        transport,
        codec,
        caller,
        callee,
        left,
        right,
        localAddress,
        hold,
        srtp);
  }

  public ClientOptions withTransport(Transport newTransport) {
    return new ClientOptions(
        to,
        calls,
        rate,
        length,
        newTransport,
        codec,
        caller,
        callee,
        left,
        right,
        localAddress,
        hold,
        srtp);
  }

  public ClientOptions withCodec(G711 newCodec) {
    return new ClientOptions(
        to,
        calls,
        rate,
        length,
        transport,
        newCodec,
        caller,
        callee,
        left,
        right,
        localAddress,
        hold,
        srtp);
  }

  public ClientOptions withParties(CallParty newCaller, CallParty newCallee) {
    return new ClientOptions(
        to,
        calls,
        rate,
        length,
        transport,
        codec,
        newCaller,
        newCallee,
        left,
        right,
        localAddress,
        hold,
        srtp);
  }

  public ClientOptions withSpeech(@Nullable Path newLeft, @Nullable Path newRight) {
    return new ClientOptions(
        to,
        calls,
        rate,
        length,
        transport,
        codec,
        caller,
        callee,
        newLeft,
        newRight,
        localAddress,
        hold,
        srtp);
  }

  public ClientOptions withLocalAddress(@Nullable InetAddress address) {
    return new ClientOptions(
        to, calls, rate, length, transport, codec, caller, callee, left, right, address, hold,
        srtp);
  }

  public ClientOptions withHold(boolean newHold) {
    return new ClientOptions(
        to,
        calls,
        rate,
        length,
        transport,
        codec,
        caller,
        callee,
        left,
        right,
        localAddress,
        newHold,
        srtp);
  }

  public ClientOptions withSrtp(List<SrtpSuite> suites) {
    return new ClientOptions(
        to,
        calls,
        rate,
        length,
        transport,
        codec,
        caller,
        callee,
        left,
        right,
        localAddress,
        hold,
        suites);
  }
}
