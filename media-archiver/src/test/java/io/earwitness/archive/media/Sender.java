package io.earwitness.archive.media;

import java.util.Arrays;
import java.util.Random;

/** Sends 20 ms packets of random codes on one stream of a {@link SyntheticCall}. */
final class Sender {
  static final long MILLISECOND = 1_000_000L;
  static final int PACKET = 160;

  final SyntheticCall call;
  final int stream;
  final Random random;
  int payloadType;
  int ssrc;
  int sequence;
  long timestamp;
  long clock = SyntheticCall.START;
  long delay = 5 * MILLISECOND;

  Sender(SyntheticCall call, int stream, long seed) {
    this.call = call;
    this.stream = stream;
    random = new Random(seed);
    ssrc = random.nextInt();
    sequence = random.nextInt(0x10000);
    timestamp = random.nextInt() & 0xffffffffL;
  }

  /** Sends packets; returns all their codes. */
  byte[] send(int packets) {
    byte[] codes = new byte[packets * PACKET];
    random.nextBytes(codes);
    for (int i = 0; i < packets; i++) {
      next(Arrays.copyOfRange(codes, i * PACKET, (i + 1) * PACKET), true);
    }
    return codes;
  }

  /** Sends nothing for some packets, but counts on: they are lost. */
  void lose(int packets) {
    for (int i = 0; i < packets; i++) {
      next(new byte[PACKET], false);
    }
  }

  /** Time goes on, the timestamp too, but no packet is made. */
  void silent(int packets) {
    timestamp += (long) packets * PACKET;
    clock += 20L * packets * MILLISECOND;
  }

  private void next(byte[] payload, boolean arrives) {
    if (arrives) {
      call.packet(
          stream,
          clock + delay,
          SyntheticCall.rtp(payloadType, sequence, timestamp, ssrc, payload));
    }
    sequence++;
    timestamp += PACKET;
    clock += 20 * MILLISECOND;
  }
}
