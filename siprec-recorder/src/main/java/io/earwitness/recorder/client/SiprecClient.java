package io.earwitness.recorder.client;

import io.earwitness.recorder.sip.SipAnswer;
import io.earwitness.recorder.sip.SipEndpoint;
import io.earwitness.recorder.sip.SipEndpointConfig;
import io.earwitness.recorder.sip.SipExchange;
import io.earwitness.recorder.sip.SipHandler;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A session recording client (RFC 7866): places calls with two voices at a recorder, as an SBC
 * would do. Thread-safe; each run has a SIP endpoint and RTP ports of its own.
 */
public final class SiprecClient {
  private final InstantSource clock;

  public SiprecClient(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Places the calls and waits until all have ended. What goes wrong in a call (a refusal, no
   * connection, no answer) is told in its result.
   *
   * @throws IOException if no call can be placed at all: the recorder's host is unknown, a WAV file
   *     can't be used, no SIP port can be opened
   * @throws IllegalArgumentException if the URI is no SIP URI
   * @throws InterruptedException after an interrupt, when all calls were ended with a BYE
   */
  public ClientResult run(ClientOptions options) throws IOException, InterruptedException {
    if (options.dtls() && (options.rtcpMux() || !options.srtp().isEmpty())) {
      throw new IllegalArgumentException(
          "DTLS goes neither with a suite nor with RTP and RTCP on one port in this client");
    }
    Target target = Target.parse(options.to(), options.transport());
    InetAddress local = options.localAddress();
    if (local == null) {
      local = sourceAddressFor(target);
    }
    List<Speech.Dialogue> dialogues = dialogues(options);
    Map<String, ClientCall> live = new ConcurrentHashMap<>();
    SipEndpointConfig config =
        transports(SipEndpointConfig.of(local, 0), options).withContactParameters("+sip.src");
    try (RtpPacer pacer = new RtpPacer();
        SipEndpoint endpoint =
            SipEndpoint.open(config, new Listener(live, options.transport()), clock)) {
      ClientCall.Tools tools = new ClientCall.Tools(clock, pacer, new Digests());
      return place(options, target, local, dialogues, endpoint, live, tools);
    }
  }

  private static SipEndpointConfig transports(SipEndpointConfig config, ClientOptions options)
      throws IOException {
    if (options.transport() != Transport.TLS) {
      return config.withTransports(Set.of(options.transport()), null);
    }
    try {
      SSLContext context = options.tls() == null ? SSLContext.getDefault() : options.tls();
      // Requests of the recorder may come over a connection of its own: it must be who it says
      return config.withTransports(Set.of(), new SipEndpointConfig.Tls(0, () -> context, true));
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("TLS can't be had: " + e.getMessage(), e);
    }
  }

  private static ClientResult place(
      ClientOptions options,
      Target target,
      InetAddress local,
      List<Speech.Dialogue> dialogues,
      SipEndpoint endpoint,
      Map<String, ClientCall> live,
      ClientCall.Tools tools)
      throws InterruptedException {
    List<Future<ClientResult.Call>> calls = new ArrayList<>();
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    try {
      long begin = System.nanoTime();
      for (int i = 0; i < options.calls(); i++) {
        long due = begin + (long) (i / options.rate() * 1e9);
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        int number = i + 1;
        Speech.Dialogue dialogue = dialogues.get(i % dialogues.size());
        calls.add(
            executor.submit(
                () -> call(number, options, target, local, dialogue, endpoint, live, tools)));
      }
      List<ClientResult.Call> results = new ArrayList<>();
      for (Future<ClientResult.Call> call : calls) {
        results.add(call.get());
      }
      return ClientResult.of(results);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      executor.shutdownNow();
      throw e;
    } finally {
      executor.close();
    }
  }

  private static ClientResult.Call call(
      int number,
      ClientOptions options,
      Target target,
      InetAddress local,
      Speech.Dialogue dialogue,
      SipEndpoint endpoint,
      Map<String, ClientCall> live,
      ClientCall.Tools tools) {
    List<RtpStream> streams = new ArrayList<>();
    ClientCall call;
    try {
      long packets = packets(options, dialogue);
      G711 codec = options.codec();
      checkLength(options, packets);
      InstantSource clock = tools.clock();
      RtpStream.Extras left =
          new RtpStream.Extras(options.srtp(), options.dtls(), options.keys(), options.rtcpMux());
      RtpStream.Extras right =
          new RtpStream.Extras(options.srtp(), options.dtls(), "", options.rtcpMux());
      streams.add(new RtpStream(local, "1", dialogue.left(), codec, packets, left, clock));
      streams.add(new RtpStream(local, "2", dialogue.right(), codec, packets, right, clock));
      RecordingSession session =
          new RecordingSession(
              local, codec, options.caller(), streams.get(0), options.callee(), streams.get(1));
      String from = "sip:src@" + SipEndpointConfig.of(local, 0).advertisedHost();
      call =
          new ClientCall(
              number,
              endpoint.call(target.requestUri(), from, options.to(), options.transport()),
              streams,
              session,
              codec,
              options.hold() ? packets * 20 / 2 : null,
              tools);
    } catch (IOException | RuntimeException e) {
      streams.forEach(SiprecClient::closeQuietly);
      return new ClientResult.Call(
          number, null, 0, String.valueOf(e.getMessage()), null, null, null, null, null, List.of());
    }
    live.put(call.callId(), call);
    try {
      return call.run();
    } finally {
      live.remove(call.callId());
    }
  }

  /** The keys are pressed from the middle of the call on. */
  private static void checkLength(ClientOptions options, long packets) {
    long needed = 2L * Keypad.TICKS_PER_KEY * options.keys().length();
    if (packets < needed) {
      throw new IllegalArgumentException(
          "a call of %d ms is too short for %d keys, which need %d ms"
              .formatted(packets * 20, options.keys().length(), needed * 20));
    }
  }

  private static long packets(ClientOptions options, Speech.Dialogue dialogue) {
    return options.length() == null ? dialogue.left().packets() : options.length().toMillis() / 20;
  }

  private static List<Speech.Dialogue> dialogues(ClientOptions options) throws IOException {
    if (options.left() != null && options.right() != null) {
      return List.of(
          new Speech.Dialogue(Speech.read(options.left()), Speech.read(options.right())));
    }
    List<Speech.Dialogue> dialogues = new ArrayList<>();
    for (int i = 0; i < Speech.dialogues(); i++) {
      dialogues.add(Speech.dialogue(i));
    }
    return dialogues;
  }

  /** The local address from which packets to the recorder leave; sends nothing. */
  private static InetAddress sourceAddressFor(Target target) throws IOException {
    try (DatagramSocket probe = new DatagramSocket()) {
      probe.connect(new InetSocketAddress(InetAddress.getByName(target.host()), target.port()));
      return probe.getLocalAddress();
    } catch (java.net.UnknownHostException e) {
      throw new IOException("the recorder's host '" + target.host() + "' is unknown", e);
    }
  }

  /** Hears what the recorder asks of its own accord. */
  private record Listener(Map<String, ClientCall> live, Transport transport) implements SipHandler {
    @Override
    public void onRequest(SipExchange exchange) {
      ClientCall call = live.get(exchange.request().callId());
      switch (exchange.request().method()) {
        case "OPTIONS" -> exchange.answer(SipAnswer.of(200, "OK"));
        case "BYE" -> {
          exchange.answer(
              call == null
                  ? SipAnswer.of(481, "Call/Transaction Does Not Exist")
                  : SipAnswer.of(200, "OK"));
          if (call != null) {
            call.stop();
          }
        }
        default -> exchange.answer(SipAnswer.of(501, "Not Implemented"));
      }
    }

    @Override
    public void onConnectionClosed(InetSocketAddress peer) {
      if (transport == Transport.TLS) {
        live.values().forEach(ClientCall::connectionClosed);
      }
    }
  }

  private static void closeQuietly(@Nullable RtpStream stream) {
    try {
      if (stream != null) {
        stream.close();
      }
    } catch (IOException ignored) {
      // The call failed already; its result says why
    }
  }
}
