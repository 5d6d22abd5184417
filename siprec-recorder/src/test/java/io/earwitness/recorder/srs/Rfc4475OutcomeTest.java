package io.earwitness.recorder.srs;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import io.earwitness.call.Refusal;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the recorder says to those torture messages of RFC 4475 that can be read, and to those that
 * can't: no recording begins by any, and every INVITE among them is entered.
 *
 * <p>Where the RFC proposes 416, 420, 415 or 406, the recorder is easier: it asks nothing of the
 * URI that it is called by, nor of extensions or bodies that it doesn't need, since what it refuses
 * isn't recorded. It refuses these INVITEs because they are no recording sessions.
 */
class Rfc4475OutcomeTest {
  private static ServerFixture fixture;

  @BeforeAll
  static void open() throws Exception {
    fixture = new ServerFixture();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @BeforeEach
  void forget() {
    fixture.captures.refusals.clear();
  }

  @ParameterizedTest
  @CsvSource({
    "wsinv, 481",
    "esc01, 403",
    "longreq, 403",
    "badinv01, 400",
    "quotbal, 400",
    "ltgtruri, 400",
    "lwsruri, 400",
    "lwsstart, 403",
    "escruri, 403",
    "baddate, 403",
    "invut, 403",
    "multi01, 400",
    "sdp01, 403",
    "inv2543, 403",
    "ncl, 400",
  })
  void anInviteIsRefusedAndEntered(String name, int status) throws Exception {
    assertThat(answer(name).status()).isEqualTo(status);
    ServerFixture.until(() -> !fixture.captures.refusals.isEmpty());
    List<CallSummary> entered = List.copyOf(fixture.captures.refusals);
    assertThat(entered).hasSize(1);
    Refusal refusal = Objects.requireNonNull(entered.getFirst().refusal());
    assertThat(refusal.status()).isEqualTo(status);
    assertThat(refusal.reason()).isNotBlank();
    assertThat(fixture.captures.captures).isEmpty();
    assertThat(fixture.server.activeRecordings()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "escnull, 405",
    "esc02, 405",
    "mpart01, 405",
    "regbadct, 405",
    "unksm2, 405",
    "regaut01, 405",
    "cparam01, 405",
    "cparam02, 405",
    "regescrt, 405",
    "lwsdisp, 200",
    "semiuri, 200",
    "transports, 200",
    "trws, 200",
    "badaspec, 200",
    "baddn, 200",
    "badbranch, 200",
    "unkscm, 200",
    "novelsc, 200",
    "bext01, 200",
    "zeromf, 200",
    "intmeth, 400",
    "scalar02, 400",
    "badvers, 505",
    "mismatch01, 400",
    "mismatch02, 400",
    "mcl01, 400",
  })
  void anythingElseIsAnswered(String name, int status) throws Exception {
    assertThat(answer(name).status()).isEqualTo(status);
    assertThat(fixture.captures.refusals).isEmpty();
    assertThat(fixture.captures.captures).isEmpty();
  }

  private static SipPeer.Message answer(String name) throws Exception {
    try (SipPeer peer = fixture.peer(Transport.TCP);
        InputStream in =
            Rfc4475OutcomeTest.class.getResourceAsStream("/sip/torture/" + name + ".sip")) {
      peer.send(Objects.requireNonNull(in, name).readAllBytes());
      return peer.receiveFinal();
    }
  }
}
