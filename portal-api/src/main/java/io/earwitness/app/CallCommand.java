package io.earwitness.app;

import io.earwitness.json.Json;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.G711;
import io.earwitness.recorder.client.SiprecClient;
import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.srtp.SrtpSuite;
import io.earwitness.recorder.tls.TlsFiles;
import io.earwitness.recorder.tls.TlsFilesException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Places SIPREC calls with real speech. */
@Command(
    name = "call",
    description =
        "Places SIPREC calls with real speech, one or a load; prints what was sent as JSON.",
    mixinStandardHelpOptions = true)
final class CallCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "SIPURI",
      description = "The recorder, such as sip:recorder@127.0.0.1:5060.")
  private String to = "";

  @Option(names = "--calls", paramLabel = "N", description = "How many. Default: ${DEFAULT-VALUE}.")
  private int calls = 1;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Calls begun in a second. Default: ${DEFAULT-VALUE}.")
  private double rate = 1;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Length of each; the speech is repeated or cut. Default: the speech's own.")
  private @Nullable Double seconds;

  @Option(
      names = "--transport",
      paramLabel = "udp|tcp|tls",
      description = "Default: what the URI says, else udp.")
  private @Nullable String transport;

  @Option(
      names = "--tls-certificate",
      paramLabel = "PEM",
      description = "Our certificate for calls over TLS, followed by its issuers'.")
  private @Nullable Path tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "PEM",
      description = "Its private key: PKCS#8, RSA or EC, not encrypted.")
  private @Nullable Path tlsKey;

  @Option(
      names = "--tls-trust",
      paramLabel = "PEM",
      description = "Whom to trust. Default: the authorities that Java knows.")
  private @Nullable Path tlsTrust;

  @Option(names = "--codec", paramLabel = "pcmu|pcma", description = "Default: ${DEFAULT-VALUE}.")
  private String codec = "pcmu";

  @Option(
      names = "--caller",
      paramLabel = "PARTY",
      description = "A number, a sip: or tel: URI, or 'Name <number>'.")
  private @Nullable String caller;

  @Option(names = "--callee", paramLabel = "PARTY", description = "Likewise.")
  private @Nullable String callee;

  @Option(
      names = "--left",
      paramLabel = "WAV",
      description = "What the caller says: 8 kHz, one channel, 16 bit or G.711.")
  private @Nullable Path left;

  @Option(names = "--right", paramLabel = "WAV", description = "What the callee says.")
  private @Nullable Path right;

  @Option(names = "--local", paramLabel = "ADDRESS", description = "The address to send from.")
  private @Nullable String local;

  @Option(names = "--hold", description = "Put the caller on hold for a second in mid-call.")
  private boolean hold;

  @Option(
      names = "--dtmf",
      paramLabel = "KEYS",
      description =
          "Keys that the caller presses from the middle of the call on, sent as telephone events.")
  private String dtmf = "";

  @Option(names = "--rtcp-mux", description = "Offer RTP and RTCP on one port.")
  private boolean rtcpMux;

  @Option(
      names = "--srtp",
      arity = "0..1",
      fallbackValue = "all",
      paramLabel = "SUITE",
      description =
          "Offer SRTP: one suite, such as AES_CM_128_HMAC_SHA1_80, without a name all; or dtls, by"
              + " which the keys come then.")
  private @Nullable String srtp;

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    ClientResult result;
    try {
      result = new SiprecClient(InstantSource.system()).run(options());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
    }
    spec.commandLine().getOut().println(Json.text(result));
    return result.failed() == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private ClientOptions options() throws UnknownHostException, CommandFailure {
    ClientOptions options =
        ClientOptions.to(to)
            .withCalls(calls, rate)
            .withCodec(G711.parse(codec))
            .withSpeech(left, right)
            .withHold(hold)
            .withKeys(dtmf)
            .withRtcpMux(rtcpMux);
    if (seconds != null) {
      options = options.withLength(Duration.ofMillis(Math.round(seconds * 1_000)));
    }
    if (transport != null) {
      options = options.withTransport(parse(transport));
    }
    options = options.withTls(tls(options.transport()));
    if (srtp != null) {
      options =
          srtp.equalsIgnoreCase("dtls") ? options.withDtls(true) : options.withSrtp(suites(srtp));
    }
    if (local != null) {
      options = options.withLocalAddress(InetAddress.getByName(local));
    }
    return options.withParties(
        caller == null ? options.caller() : CallParty.parse(caller),
        callee == null ? options.callee() : CallParty.parse(callee));
  }

  private @Nullable SSLContext tls(Transport chosen) throws CommandFailure {
    if (chosen != Transport.TLS) {
      if (tlsCertificate != null || tlsKey != null || tlsTrust != null) {
        throw new IllegalArgumentException(
            "--tls-certificate, --tls-key and --tls-trust are for calls over tls; add --transport"
                + " tls");
      }
      return null;
    }
    try {
      return TlsFiles.load(
              new TlsFiles.Paths(tlsCertificate, tlsKey, tlsTrust), InstantSource.system())
          .get();
    } catch (TlsFilesException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          e.problems().stream()
              .map(
                  problem ->
                      "--tls-%s: %s"
                          .formatted(
                              problem.part().name().toLowerCase(Locale.ROOT), problem.text()))
              .toList());
    }
  }

  private static Transport parse(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "udp" -> Transport.UDP;
      case "tcp" -> Transport.TCP;
      case "tls" -> Transport.TLS;
      default ->
          throw new IllegalArgumentException("transport '" + name + "' is none of udp, tcp, tls");
    };
  }

  private static List<SrtpSuite> suites(String name) {
    if (name.equals("all")) {
      return List.of(SrtpSuite.values());
    }
    SrtpSuite suite = SrtpSuite.of(name);
    if (suite == null) {
      throw new IllegalArgumentException(
          "--srtp '%s' is none of %s, all, dtls"
              .formatted(
                  name,
                  Arrays.stream(SrtpSuite.values())
                      .map(SrtpSuite::toString)
                      .collect(Collectors.joining(", "))));
    }
    return List.of(suite);
  }
}
