package io.earwitness.recorder.srs;

import java.net.InetAddress;
import java.time.Duration;

/**
 * How the recording server behaves.
 *
 * @param node this recorder's name, kept with every call
 * @param mediaAddress where SRCs shall send media: the address in our answers
 * @param maxCalls recordings at a time; more are refused with 503, so that the SRC hunts on
 * @param retryAfter what a 503 says
 * @param statisticsInterval how often a call's statistics are written
 * @param silenceLimit without any packet and any SIP message for so long, the SRC is taken to have
 *     vanished
 * @param lostLimit the same, where the SRC's connection is gone too and media is not paused
 * @param health from when on media counts as unwell
 * @param metadata what of messages is not stored
 */
public record RecordingServerSettings(
    String node,
    InetAddress mediaAddress,
    int maxCalls,
    Duration retryAfter,
    Duration statisticsInterval,
    Duration silenceLimit,
    Duration lostLimit,
    HealthLimits health,
    MetadataPolicy metadata) {
  public RecordingServerSettings {
    if (maxCalls < 1) {
      throw new IllegalArgumentException("a limit of " + maxCalls + " calls");
    }
    if (mediaAddress.isAnyLocalAddress()) {
      throw new IllegalArgumentException(
          "the media address must be one that SRCs can send to, not a wildcard");
    }
  }

  public static RecordingServerSettings of(String node, InetAddress mediaAddress) {
    return new RecordingServerSettings(
        node,
        mediaAddress,
        4000,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofHours(2),
        Duration.ofMinutes(15),
        HealthLimits.DEFAULT,
        MetadataPolicy.KEEP_ALL);
  }

  public RecordingServerSettings withMaxCalls(int calls) {
    return new RecordingServerSettings(
        node,
        mediaAddress,
        calls,
        retryAfter,
        statisticsInterval,
        silenceLimit,
        lostLimit,
        health,
        metadata);
  }

  public RecordingServerSettings withHealth(HealthLimits limits) {
    return new RecordingServerSettings(
        node,
        mediaAddress,
        maxCalls,
        retryAfter,
        statisticsInterval,
        silenceLimit,
        lostLimit,
        limits,
        metadata);
  }

  public RecordingServerSettings withMetadata(MetadataPolicy policy) {
    return new RecordingServerSettings(
        node,
        mediaAddress,
        maxCalls,
        retryAfter,
        statisticsInterval,
        silenceLimit,
        lostLimit,
        health,
        policy);
  }
}
