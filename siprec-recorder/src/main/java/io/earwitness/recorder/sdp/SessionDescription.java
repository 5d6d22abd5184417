package io.earwitness.recorder.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session description (RFC 8866) as far as SIPREC uses it.
 *
 * @param origin the {@code o=} value as received; of no meaning: SRCs copy it, and its version may
 *     stay the same, or go down, when the content changes
 * @param name the {@code s=} value
 * @param connection the session's connection address; null if it has none
 * @param direction the session's own direction attribute; null without
 * @param media the m-lines in their order
 */
public record SessionDescription(
    String origin,
    String name,
    @Nullable String connection,
    @Nullable MediaDirection direction,
    List<MediaDescription> media) {
  public SessionDescription {
    media = List.copyOf(media);
  }
}
