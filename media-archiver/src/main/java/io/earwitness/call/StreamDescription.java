package io.earwitness.call;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One recorded stream: an m-line of the recording session that is received.
 *
 * @param index position of the m-line in the offer, from 0; also the audio channel
 * @param media {@code audio}, {@code video} …
 * @param label the SDP label (RFC 4574) that the metadata refers to; opaque
 * @param codecs every offered payload format, in the order of the offer
 * @param paused whether the stream is inactive, so that silence is meant
 * @param localPort our RTP port; 0 if the m-line is rejected or removed
 * @param remoteAddress the offered connection address (an IP literal)
 * @param remotePort the offered port
 */
public record StreamDescription(
    int index,
    String media,
    @Nullable String label,
    List<Codec> codecs,
    boolean paused,
    int localPort,
    @Nullable String remoteAddress,
    int remotePort) {
  public StreamDescription {
    codecs = List.copyOf(codecs);
  }

  /** The same stream, paused or not. */
  public StreamDescription withPaused(boolean now) {
    return new StreamDescription(
        index, media, label, codecs, now, localPort, remoteAddress, remotePort);
  }
}
