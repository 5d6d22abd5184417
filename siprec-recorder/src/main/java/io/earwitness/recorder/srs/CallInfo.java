package io.earwitness.recorder.srs;

import io.earwitness.recorder.mime.Body;
import io.earwitness.recorder.mime.MimePart;
import io.earwitness.recorder.sip.SipRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an INFO in a recording session (RFC 6086 §2, as before it: without packages) says. */
final class CallInfo {
  /** {@code Signal=5} and {@code Duration=160}, in milliseconds, on lines of their own. */
  private static final Pattern SIGNAL = Pattern.compile("(?im)^\\s*signal\\s*=\\s*(\\S{1,32})");

  private static final Pattern DURATION =
      Pattern.compile("(?im)^\\s*duration\\s*=\\s*([0-9]{1,6})");
  private static final int MOST_KEYS = 32;
  private static final Pattern KEYS = Pattern.compile("[0-9*#A-D]*");
  private static final Pattern DIGITS = Pattern.compile("[0-9*#A-Da-d!]{1,32}");

  private CallInfo() {}

  /**
   * What an INFO asks the recorder to do.
   *
   * @param pauses whether to pause; else to resume
   * @param word in which it was asked, such as {@code stop-siprec}
   */
  record Action(boolean pauses, String word) {}

  /**
   * AudioCodes' {@code X-AC-Action: pause-siprec;…}; null for none that is known. What is stopped
   * may be started again in the same session, so that stop means pause, and start resume.
   */
  static @Nullable Action action(SipRequest info) {
    String value = info.headers().first("X-AC-Action").orElse("").split(";", 2)[0];
    String word = value.replaceAll("['\"\\s]", "").toLowerCase(Locale.ROOT);
    return switch (word) {
      case "pause", "pause-siprec", "stop", "stop-siprec" -> new Action(true, word);
      case "resume", "resume-siprec", "start", "start-siprec" -> new Action(false, word);
      default -> null;
    };
  }

  /**
   * Digits that were pressed, one line for people each: from {@code application/dtmf-relay} or
   * {@code application/dtmf}.
   *
   * @param masked whether the digits must not be kept
   */
  static List<String> digits(SipRequest info, boolean masked) {
    List<String> lines = new ArrayList<>();
    for (MimePart part : Body.parse(info.contentType(), info.body()).parts()) {
      String text = new String(part.body(), StandardCharsets.ISO_8859_1);
      switch (part.contentType().type()) {
        case "application/dtmf-relay" -> {
          Matcher signal = SIGNAL.matcher(text);
          Matcher duration = DURATION.matcher(text);
          String length = duration.find() ? " for %s ms".formatted(duration.group(1)) : "";
          String digits = signal.find() ? signal.group(1) : "";
          lines.add(line(digits, masked) + (masked ? "" : length));
        }
        case "application/dtmf" -> lines.add(line(text.strip(), masked));
        default -> {}
      }
    }
    return lines;
  }

  /** The keys that were pressed, each one of {@code 0-9*#A-D}. */
  static List<Character> keys(SipRequest info) {
    StringBuilder keys = new StringBuilder();
    for (MimePart part : Body.parse(info.contentType(), info.body()).parts()) {
      String text = new String(part.body(), StandardCharsets.ISO_8859_1);
      switch (part.contentType().type()) {
        case "application/dtmf-relay" -> {
          Matcher signal = SIGNAL.matcher(text);
          keys.append(signal.find() ? signal.group(1) : "");
        }
        case "application/dtmf" -> keys.append(text.strip());
        default -> {}
      }
    }
    String known = keys.toString().toUpperCase(Locale.ROOT);
    return known.length() <= MOST_KEYS && KEYS.matcher(known).matches()
        ? known.chars().mapToObj(key -> (char) key).toList()
        : List.of();
  }

  private static String line(String digits, boolean masked) {
    if (masked) {
      return "DTMF masked";
    }
    return DIGITS.matcher(digits).matches() ? "DTMF " + digits : "DTMF that can't be read";
  }
}
