package io.earwitness.recorder.sdp;

import io.earwitness.call.Codec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The payload types that mean something without an rtpmap (RFC 3551 §6, tables 4 and 5). */
final class StaticPayloadTypes {
  private record Format(String name, int clockRate, int channels) {}

  private static final Map<Integer, Format> FORMATS =
      Map.ofEntries(
          Map.entry(0, new Format("PCMU", 8000, 1)),
          Map.entry(3, new Format("GSM", 8000, 1)),
          Map.entry(4, new Format("G723", 8000, 1)),
          Map.entry(5, new Format("DVI4", 8000, 1)),
          Map.entry(6, new Format("DVI4", 16000, 1)),
          Map.entry(7, new Format("LPC", 8000, 1)),
          Map.entry(8, new Format("PCMA", 8000, 1)),
          Map.entry(9, new Format("G722", 8000, 1)),
          Map.entry(10, new Format("L16", 44100, 2)),
          Map.entry(11, new Format("L16", 44100, 1)),
          Map.entry(12, new Format("QCELP", 8000, 1)),
          Map.entry(13, new Format("CN", 8000, 1)),
          Map.entry(14, new Format("MPA", 90000, 1)),
          Map.entry(15, new Format("G728", 8000, 1)),
          Map.entry(16, new Format("DVI4", 11025, 1)),
          Map.entry(17, new Format("DVI4", 22050, 1)),
          Map.entry(18, new Format("G729", 8000, 1)),
          Map.entry(25, new Format("CELB", 90000, 1)),
          Map.entry(26, new Format("JPEG", 90000, 1)),
          Map.entry(28, new Format("NV", 90000, 1)),
          Map.entry(31, new Format("H261", 90000, 1)),
          Map.entry(32, new Format("MPV", 90000, 1)),
          Map.entry(33, new Format("MP2T", 90000, 1)),
          Map.entry(34, new Format("H263", 90000, 1)));

  private StaticPayloadTypes() {}

  /** The codec of a payload type without rtpmap; {@code UNKNOWN} if RFC 3551 gives none. */
  static Codec codec(int payloadType, @Nullable String fmtp) {
    Format format = FORMATS.getOrDefault(payloadType, new Format("UNKNOWN", 8000, 1));
    return new Codec(payloadType, format.name(), format.clockRate(), format.channels(), fmtp);
  }
}
