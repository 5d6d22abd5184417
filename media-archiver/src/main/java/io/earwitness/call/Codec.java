package io.earwitness.call;

import org.jspecify.annotations.Nullable;

/**
 * One payload format of an m-line (RFC 8866 §6.6, RFC 3551).
 *
 * @param payloadType 0 to 127
 * @param name the encoding name in upper case, such as {@code PCMU}; {@code UNKNOWN} where neither
 *     an rtpmap nor RFC 3551 gives one
 * @param clockRate in Hz
 * @param channels 1 or more
 * @param fmtp the format parameters as received
 */
public record Codec(
    int payloadType, String name, int clockRate, int channels, @Nullable String fmtp) {
  public Codec {
    if (payloadType < 0 || payloadType > 127) {
      throw new IllegalArgumentException("payload type " + payloadType + " is not in 0..127");
    }
    if (clockRate <= 0 || channels < 1) {
      throw new IllegalArgumentException("codec " + name + "/" + clockRate + "/" + channels);
    }
  }

  /** Whether the archiver turns this payload into audio today. */
  public boolean isDecodable() {
    return channels == 1 && clockRate == 8000 && (name.equals("PCMU") || name.equals("PCMA"));
  }

  /** Whether this is not audio, but RFC 4733 events or RFC 3389 comfort noise. */
  public boolean isAuxiliary() {
    return name.equals("TELEPHONE-EVENT") || name.equals("CN");
  }
}
