package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.AnswerMode;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.SrcProof;
import io.earwitness.call.TimelineEvent;
import io.earwitness.json.Json;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.SiprecClient;
import io.earwitness.recorder.sip.SipEndpointConfig;
import io.earwitness.recorder.tls.TestAuthority;
import io.earwitness.recorder.tls.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our client against the whole recorder, over TLS (RFC 7866 §12). */
@Execution(ExecutionMode.CONCURRENT)
class TlsRecordingTest {
  @TempDir private static Path folder;
  private static TestAuthority authority;
  private static SSLContext recorderContext;
  private static TlsFiles.Paths sbc;

  @BeforeAll
  static void issue() throws Exception {
    authority = TestAuthority.create(folder, "ca");
    recorderContext = TestAuthority.context(authority.issue("recorder"));
    sbc = authority.issue("sbc-1");
  }

  private static RealRecorder recorder(Path spool, boolean clientCertificate) throws Exception {
    return new RealRecorder(
        spool, new SipEndpointConfig.Tls(0, () -> recorderContext, clientCertificate));
  }

  private static ClientResult.Call call(String uri, SSLContext context) throws Exception {
    ClientOptions options =
        ClientOptions.to(uri).withLength(Duration.ofMillis(1000)).withHold(true).withTls(context);
    ClientResult result = new SiprecClient(InstantSource.system()).run(options);
    assertThat(result.failed()).as(Json.text(result)).isZero();
    return result.results().getFirst();
  }

  private static String started(RealRecorder.Capture capture) {
    return capture.timeline().stream()
        .filter(event -> event.type() == TimelineEvent.Type.STARTED)
        .map(TimelineEvent::text)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3,sip:srs@127.0.0.1:%d;transport=tls",
    "TLSv1.2,sip:srs@127.0.0.1:%d;transport=tls",
    "TLSv1.3,sips:srs@127.0.0.1:%d"
  })
  void everythingSentIsCapturedAndTheClientCertificateNoted(
      String version, String uri, @TempDir Path spool) throws Exception {
    try (RealRecorder recorder = recorder(spool, true)) {
      SSLContext context = TestAuthority.context(sbc, version);
      ClientResult.Call call = call(uri.formatted(recorder.tlsPort()), context);
      RealRecorder.Capture capture = recorder.captures().get(call.callId());

      for (int stream = 0; stream < 2; stream++) {
        assertThat(capture.audio(stream)).hasSize(50 * 160);
        assertThat(capture.audioSha256(stream)).isEqualTo(call.streams().get(stream).pcmSha256());
      }
      assertThat(started(capture)).endsWith(" over TLS, client certificate CN=sbc-1");
      assertThat(capture.timeline())
          .extracting(TimelineEvent::type)
          .contains(TimelineEvent.Type.HELD, TimelineEvent.Type.RESUMED);
    }
  }

  @Test
  void withoutAClientCertificateThereIsNoneToNoteWhereNoneIsRequired(@TempDir Path spool)
      throws Exception {
    try (RealRecorder recorder = recorder(spool, false)) {
      SSLContext context =
          TestAuthority.context(new TlsFiles.Paths(null, null, authority.certificate()));
      String uri = "sip:srs@127.0.0.1:%d;transport=tls".formatted(recorder.tlsPort());
      ClientResult.Call call = call(uri, context);
      assertThat(started(recorder.captures().get(call.callId()))).endsWith(" over TLS");
    }
  }

  @Test
  void aCallThatIsRefusedByEitherSideSaysSoAtOnce(@TempDir Path spool) throws Exception {
    try (RealRecorder recorder = recorder(spool, true)) {
      String uri = "sip:srs@127.0.0.1:%d;transport=tls".formatted(recorder.tlsPort());
      TlsFiles.Paths without = new TlsFiles.Paths(null, null, authority.certificate());
      assertThat(error(uri, TestAuthority.context(without))).contains("does it trust our");
      TlsFiles.Paths distrusting = new TlsFiles.Paths(sbc.certificate(), sbc.key(), null);
      assertThat(error(uri, TestAuthority.context(distrusting))).contains("PKIX path");
    }
  }

  private static RecorderSnapshot.Src src(String name, String identity, String network) {
    return new RecorderSnapshot.Src(
        name,
        List.of(network),
        null,
        new SrcProfile(SrcProof.STRICT, identity, AnswerMode.ALL_CODECS, true));
  }

  @Test
  void theCertificateTellsTwoSrcsAtOneAddressApartAndWithoutItNoneIsRecorded(@TempDir Path spool)
      throws Exception {
    String fingerprint =
        TestAuthority.openssl(
                "x509", "-in", "" + sbc.certificate(), "-noout", "-fingerprint", "-sha256")
            .strip()
            .replaceFirst("^.*=", "sha256:");
    TlsFiles.Paths second = authority.issue("sbc-2");
    try (RealRecorder recorder =
        new RealRecorder(
            spool,
            new SipEndpointConfig.Tls(0, () -> recorderContext, true),
            List.of(
                src("by-fingerprint", fingerprint, "127.0.0.0/8"),
                src("by-name", "sbc-2", "127.0.0.0/8")))) {
      String uri = "sip:srs@127.0.0.1:%d;transport=tls".formatted(recorder.tlsPort());
      ClientResult.Call first = call(uri, TestAuthority.context(sbc));
      ClientResult.Call other = call(uri, TestAuthority.context(second));
      String stranger = error(uri, TestAuthority.context(authority.issue("sbc-3")));
      assertThat(stranger).contains("403");
      ClientResult plain =
          new SiprecClient(InstantSource.system()).run(ClientOptions.to(recorder.uri()));
      assertThat(String.valueOf(plain.results().getFirst().error())).contains("403");

      assertThat(recorder.refusals())
          .extracting(refused -> String.valueOf(refused.summary().refusal()))
          .satisfiesExactly(
              reason ->
                  assertThat(reason)
                      .contains(
                          "SRC by-fingerprint must prove by TLS to be 'sha256:",
                          "but its certificate is of CN=sbc-3, sha256:"),
              reason ->
                  assertThat(reason).contains("must prove by TLS", "but the call came over UDP"));
      assertThat(recorder.refusals())
          .allSatisfy(
              refused -> {
                assertThat(refused.summary().matchedRule())
                    .isEqualTo("SRC by-fingerprint, not proven");
                assertThat(Objects.requireNonNull(refused.findings()).deviations()).isEmpty();
              });
      var captures = recorder.captures();
      assertThat(started(captures.get(first.callId()))).contains("from by-fingerprint (");
      assertThat(started(captures.get(other.callId()))).contains("from by-name (");
    }
  }

  private static String error(String uri, SSLContext context) throws Exception {
    ClientResult result =
        new SiprecClient(InstantSource.system()).run(ClientOptions.to(uri).withTls(context));
    return String.valueOf(result.results().getFirst().error());
  }
}
