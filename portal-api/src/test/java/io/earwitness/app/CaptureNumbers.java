package io.earwitness.app;

import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.call.RecordingId;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureKey;
import io.earwitness.capture.CaptureReader;
import io.earwitness.capture.SpoolReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a decrypted capture holds: the numbers of its packets, and the lines of its time line. */
final class CaptureNumbers implements CaptureReader.Visitor {
  final List<Integer> numbers = new ArrayList<>();
  final List<String> lines = new ArrayList<>();

  private CaptureNumbers() {}

  /** Waits until a capture is closed, and reads it. */
  static CaptureNumbers closed(Path data, PlatformKeys keys, RecordingId id) throws Exception {
    SpoolReader spool =
        new SpoolReader(
            data.resolve("spool"),
            List.of(new CaptureKey(keys.captureCertificate(), keys.capturePrivateKey())));
    CaptureNumbers[] last = new CaptureNumbers[1];
    TestServer.await(
        "the capture to be closed",
        () -> {
          last[0] = new CaptureNumbers();
          return spool.read(id, last[0]).closed();
        },
        () -> last[0].lines.toString());
    return last[0];
  }

  @Override
  public void event(CaptureEvent event) {
    if (event instanceof CaptureEvent.Timeline line) {
      lines.add(line.event().text());
    }
  }

  @Override
  public void packet(int stream, long arrivalNanos, byte[] packet, int offset, int length) {
    numbers.add(packet[offset + 3] & 0xff);
  }
}
