package io.earwitness.recorder.announcement;

import io.earwitness.call.TenantSlug;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request URI asks the announcement service for (RFC 4240 §3.1):
 *
 * <pre>{@code
 * sip:annc@host;play=acme/recording/en/v2;repeat=2;delay=500;duration=60000;locale=en
 * }</pre>
 *
 * <p>{@code play} names a tenant's prompt, its language and version, the latter two optional; it
 * may begin with {@code prompt:}. Parameters of our own: {@code call-id}, {@code from} and {@code
 * to} tell which call it is for. Parameters that are not known are passed over (RFC 3261 §19.1.1).
 *
 * @param language null for the one of {@code locale}, else any
 * @param version null for the newest
 * @param times how often it is played; {@link #FOREVER} until the peer hangs up
 * @param delayMillis between two of them
 * @param durationMillis after which it ends, whatever is left
 * @param callId of the call that it is for; null if not told
 * @param numbers of the call's parties as told here; may be empty
 */
record AnnouncementRequest(
    TenantSlug tenant,
    String name,
    @Nullable String language,
    @Nullable Integer version,
    int times,
    int delayMillis,
    int durationMillis,
    @Nullable String callId,
    List<String> numbers) {
  static final int FOREVER = Integer.MAX_VALUE;

  /** No announcement, repetitions included, lasts longer: ten minutes. */
  static final int LONGEST_MILLIS = 600_000;

  private static final Pattern USER = Pattern.compile("(?i)sips?:annc(?:;[^@]*)?@.*");
  private static final Pattern PROMPT =
      Pattern.compile(
          "(?:prompt:)?([a-z0-9-]{1,63})/([a-z0-9-]{1,40})(?:/([A-Za-z0-9-]{1,35}?)(?:/v([0-9]{1,6}))?)?");

  /** Whether a request is for the announcement service at all. */
  static boolean isFor(String requestUri) {
    return USER.matcher(requestUri).matches();
  }

  static AnnouncementRequest parse(String requestUri) throws AnnouncementRefusedException {
    Map<String, String> parameters = parameters(requestUri);
    String play = parameters.get("play");
    if (play == null || play.isEmpty()) {
      throw AnnouncementRefusedException.malformed(
          "the parameter play is missing; it names the prompt, such as play=acme/recording/en");
    }
    Matcher prompt = PROMPT.matcher(play);
    if (!prompt.matches()) {
      throw AnnouncementRefusedException.notFound(
          "play=%s is no prompt; tenant/name, tenant/name/language or tenant/name/language/vN is needed"
              .formatted(play));
    }
    TenantSlug tenant;
    try {
      tenant = new TenantSlug(prompt.group(1));
    } catch (IllegalArgumentException e) {
      throw AnnouncementRefusedException.notFound("play=%s: %s".formatted(play, e.getMessage()));
    }
    String language = prompt.group(3);
    List<String> numbers = new ArrayList<>();
    for (String name : List.of("from", "to")) {
      String number = parameters.get(name);
      if (number != null) {
        numbers.add(number);
      }
    }
    return new AnnouncementRequest(
        tenant,
        prompt.group(2),
        language == null ? locale(parameters.get("locale")) : language,
        prompt.group(4) == null ? null : Integer.valueOf(prompt.group(4)),
        times(parameters.get("repeat")),
        Math.min(millis(parameters, "delay", 0), LONGEST_MILLIS),
        Math.min(millis(parameters, "duration", LONGEST_MILLIS), LONGEST_MILLIS),
        parameters.get("call-id"),
        numbers);
  }

  /** As in RFC 4240 §3.1, {@code en_US}, or as in BCP 47. */
  private static @Nullable String locale(@Nullable String locale) {
    return locale == null || locale.isEmpty() ? null : locale.replace('_', '-');
  }

  private static int times(@Nullable String repeat) throws AnnouncementRefusedException {
    if (repeat == null) {
      return 1;
    }
    if (repeat.equalsIgnoreCase("forever")) {
      return FOREVER;
    }
    if (!repeat.matches("[0-9]{1,6}")) {
      throw AnnouncementRefusedException.malformed(
          "repeat=%s; a number or 'forever' is needed".formatted(repeat));
    }
    return Math.max(1, Integer.parseInt(repeat));
  }

  private static int millis(Map<String, String> parameters, String name, int otherwise)
      throws AnnouncementRefusedException {
    String value = parameters.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("[0-9]{1,9}")) {
      throw AnnouncementRefusedException.malformed(
          "%s=%s; milliseconds are needed".formatted(name, value));
    }
    return Integer.parseInt(value);
  }

  /** The URI's parameters, names in lower case; of one that comes twice the first. */
  private static Map<String, String> parameters(String uri) {
    Map<String, String> parameters = new LinkedHashMap<>();
    String behindHost = uri.substring(uri.indexOf('@') + 1);
    int headers = behindHost.indexOf('?');
    String[] parts = (headers < 0 ? behindHost : behindHost.substring(0, headers)).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String[] pair = parts[i].split("=", 2);
      parameters.putIfAbsent(
          pair[0].strip().toLowerCase(Locale.ROOT), pair.length == 1 ? "" : unescape(pair[1]));
    }
    return parameters;
  }

  private static String unescape(String text) {
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; i++) {
      int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
      if (in[i] == '%' && high >= 0 && low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(in[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
  }
}
