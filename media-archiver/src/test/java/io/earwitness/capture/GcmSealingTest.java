package io.earwitness.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What segments of one minute share, and what they don't. */
class GcmSealingTest {
  private static final UUID ID = UUID.fromString("019aa0b2-3f00-7000-8000-000000000001");
  private static final Instant AT = Instant.parse("2026-11-20T09:33:19Z");

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
  private final GcmSealing sealing = new GcmSealing(TestCaptureKey.key().certificate(), nanos::get);
  private final SegmentKeys keys = new SegmentKeys(List.of(TestCaptureKey.key()));

  private SegmentHeader header() {
    return SegmentHeader.of(
        SegmentHeader.Kind.CAPTURE,
        ID,
        1,
        AT,
        sealing.certificateId(),
        sealing.begin().wrappedSecret());
  }

  @Test
  void segmentsOfAMinuteShareASecretButNeverAKey() throws Exception {
    SegmentHeader one = header();
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    SegmentHeader two = header();

    assertThat(two.wrappedSecret()).isEqualTo(one.wrappedSecret());
    // The same recording, number and instant even: the header's random bytes tell them apart
    assertThat(keys.of(two)).isNotEqualTo(keys.of(one));
    assertThat(keys.of(one)).isEqualTo(keys.of(one));
  }

  @Test
  void afterAMinuteTheSecretIsAnother() throws Exception {
    SegmentHeader one = header();
    nanos.addAndGet(Duration.ofSeconds(60).toNanos());
    SegmentHeader two = header();

    assertThat(two.wrappedSecret()).isNotEqualTo(one.wrappedSecret());
    assertThat(keys.of(two)).isNotEqualTo(keys.of(one));
  }
}
