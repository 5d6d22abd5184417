package io.earwitness.archive.report;

import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Finds out when the last packet of a capture arrived. */
final class LastPacket implements CaptureReader.Visitor {
  private long latest = Long.MIN_VALUE;

  @Override
  public void event(CaptureEvent event) {}

  @Override
  public void packet(int stream, long arrivalNanos, byte[] packet, int offset, int length) {
    latest = Math.max(latest, arrivalNanos);
  }

  @Nullable Instant arrival() {
    return latest == Long.MIN_VALUE ? null : Instant.ofEpochSecond(0, latest);
  }
}
