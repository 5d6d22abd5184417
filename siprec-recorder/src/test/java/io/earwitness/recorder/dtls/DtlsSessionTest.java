package io.earwitness.recorder.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.srtp.SrtpKey;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Handshakes between two of our own, whose network may lose datagrams. */
class DtlsSessionTest {
  private final DtlsIdentity left = DtlsIdentity.draw(Instant.now());
  private final DtlsIdentity right = DtlsIdentity.draw(Instant.now());

  private record Keys(SrtpKey theirs, SrtpKey ours) {}

  private static final class Result implements DtlsSession.Outcome {
    final CompletableFuture<Keys> keys = new CompletableFuture<>();

    @Override
    public void agreed(SrtpKey theirs, SrtpKey ours) {
      keys.complete(new Keys(theirs, ours));
    }

    @Override
    public void failed(String why) {
      keys.completeExceptionally(new IllegalStateException(why));
    }

    Keys get() throws Exception {
      return keys.get(60, TimeUnit.SECONDS);
    }

    String failure() {
      return keys.handle(
              (_, problem) -> problem == null ? "none" : String.valueOf(problem.getMessage()))
          .orTimeout(60, TimeUnit.SECONDS)
          .join();
    }
  }

  private final Result active = new Result();
  private final Result passive = new Result();

  /** Begins both; what {@code passes} says no to is lost on its way. */
  private List<DtlsSession> run(
      Fingerprint ofPassive, Fingerprint ofActive, Predicate<byte[]> passes) {
    CompletableFuture<DtlsSession> client = new CompletableFuture<>();
    DtlsSession server =
        DtlsSession.start(
            right,
            new DtlsTerms(false, List.of(ofActive)),
            datagram -> {
              if (passes.test(datagram)) {
                client.join().received(datagram);
              }
            },
            passive);
    client.complete(
        DtlsSession.start(
            left,
            new DtlsTerms(true, List.of(ofPassive)),
            datagram -> {
              if (passes.test(datagram)) {
                server.received(datagram);
              }
            },
            active));
    return List.of(client.join(), server);
  }

  @Test
  void bothEndsComeToTheSameKeys() throws Exception {
    List<DtlsSession> sessions = run(right.fingerprint(), left.fingerprint(), _ -> true);
    assertThat(passive.get().theirs()).isEqualTo(active.get().ours());
    assertThat(passive.get().ours()).isEqualTo(active.get().theirs());
    assertThat(active.get().ours()).isNotEqualTo(active.get().theirs());
    sessions.forEach(DtlsSession::close);
  }

  @Test
  void lostDatagramsAreSentAgainTheLastOnesToo() throws Exception {
    AtomicInteger number = new AtomicInteger();
    AtomicInteger changes = new AtomicInteger();
    // The second one, and the passive end's last flight (its ChangeCipherSpec is of type 20)
    List<DtlsSession> sessions =
        run(
            right.fingerprint(),
            left.fingerprint(),
            datagram ->
                number.incrementAndGet() != 2
                    && (datagram[0] != 20 || changes.incrementAndGet() != 2));
    assertThat(passive.get().theirs()).isEqualTo(active.get().ours());
    assertThat(changes).hasValueGreaterThan(2);
    sessions.forEach(DtlsSession::close);
  }

  @Test
  void aCertificateThatWasNotOfferedFailsOnBothEnds() {
    run(right.fingerprint(), right.fingerprint(), _ -> true);
    assertThat(passive.failure())
        .contains(left.fingerprint().toString())
        .contains("is not the offered one");
    assertThat(active.failure()).isNotEqualTo("none");
  }

  @Test
  void theActiveEndChecksToo() {
    run(left.fingerprint(), left.fingerprint(), _ -> true);
    assertThat(active.failure()).contains(right.fingerprint().toString());
    assertThat(passive.failure()).isNotEqualTo("none");
  }

  @Test
  void fingerprintsAreReadAsInSdp() {
    Fingerprint own = left.fingerprint();
    assertThat(Fingerprint.parse(own.toString())).isEqualTo(own);
    assertThat(Fingerprint.parse(own.toString().toLowerCase(java.util.Locale.ROOT))).isEqualTo(own);
    assertThat(own.toString()).matches("sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}");
    assertThat(Fingerprint.parse("sha-256 AA:BB")).isNull();
    assertThat(Fingerprint.parse("md5 " + "AA:".repeat(15) + "AA")).isNull();
    assertThat(Fingerprint.parse("sha-256")).isNull();
  }
}
