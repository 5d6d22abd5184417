package io.earwitness.recorder.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which requests for a full frame a video m-line allows by RTCP: {@code "a=rtcp-fb:" ("*" / fmt) SP
 * "ccm" SP "fir"} (RFC 5104 §7.1) and {@code … "nack" SP "pli"} (RFC 4585 §4.2). Both need a
 * profile with feedback (RFC 4585, RFC 5124).
 *
 * @param fullIntraRequest whether a full intra request may be sent
 * @param pictureLoss whether a picture loss indication may be sent
 * @param attributes those that say so, as in {@code a=}: what an answer repeats
 */
public record RtcpFeedback(boolean fullIntraRequest, boolean pictureLoss, List<String> attributes) {
  public static final RtcpFeedback NONE = new RtcpFeedback(false, false, List.of());

  private static final Pattern ATTRIBUTE =
      Pattern.compile("rtcp-fb:\\s*(\\*|[0-9]{1,3})\\s+(ccm\\s+fir|nack\\s+pli)(?=\\s|$).*");

  public RtcpFeedback {
    attributes = List.copyOf(attributes);
  }

  public static RtcpFeedback of(MediaDescription media) {
    if (!media.media().equals("video")
        || !media.protocol().toUpperCase(Locale.ROOT).endsWith("AVPF")) {
      return NONE;
    }
    boolean intra = false;
    List<String> said = new ArrayList<>();
    boolean loss = false;
    for (String attribute : media.attributes()) {
      Matcher matcher = ATTRIBUTE.matcher(attribute);
      if (matcher.matches()
          && (matcher.group(1).equals("*") || media.formats().contains(matcher.group(1)))) {
        said.add(attribute);
        intra |= matcher.group(2).startsWith("ccm");
        loss |= matcher.group(2).startsWith("nack");
      }
    }
    return new RtcpFeedback(intra, loss, said);
  }
}
