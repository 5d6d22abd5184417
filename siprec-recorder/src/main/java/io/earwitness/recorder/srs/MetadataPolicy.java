package io.earwitness.recorder.srs;

import io.earwitness.recorder.sip.SipEndpointConfig;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which metadata local policy does not need, and which is therefore not stored (RFC 7865 §10):
 * headers of SIP messages and elements of metadata, by their names. They are taken out of a message
 * before anything is made of it, so that they are in nothing: not in the raw text, where the word
 * <i>omitted</i> stands in their place, and not in what is found, shown or told of the call.
 *
 * <p>Names are compared without regard to case and namespace. An element with a {@code label} or
 * {@code name} attribute of such a name is meant too, since SRCs pass headers on that way. What a
 * call can't be recorded without can't be omitted. Immutable.
 */
public final class MetadataPolicy implements SipEndpointConfig.Omission {
  /** Everything is kept. */
  public static final MetadataPolicy KEEP_ALL = new MetadataPolicy(Set.of());

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,63}");

  /** What messages are matched, parsed and answered by (RFC 3261 §8.1.1). */
  private static final Set<String> NEEDED_HEADERS =
      Set.of(
          "via",
          "from",
          "to",
          "call-id",
          "cseq",
          "contact",
          "max-forwards",
          "route",
          "record-route",
          "require",
          "allow",
          "content-type",
          "content-length",
          "content-disposition",
          "content-transfer-encoding");

  /** What leads from a party to what is heard (RFC 7865 §6). */
  private static final Set<String> NEEDED_ELEMENTS =
      Set.of(
          "recording",
          "recording_metadata",
          "datamode",
          "group",
          "session",
          "participant",
          "stream",
          "nameid",
          "aor",
          "label",
          "send",
          "recv",
          "id",
          "sessionrecordingassoc",
          "participantsessionassoc",
          "participantstreamassoc");

  /** RFC 3261 §7.3.3 and the registry of header fields. */
  private static final Map<String, String> COMPACT =
      Map.of("subject", "s", "refer-to", "r", "referred-by", "b", "supported", "k");

  private static final String REST = "[^\\r\\n]*+(?:\\r?\\n[ \\t]++[^\\r\\n]*+)*+";
  private static final Pattern END_OF_HEADERS = Pattern.compile("\\n\\r?\\n");

  private final Set<String> omitted;

  /** The headers meant, each with its value; compiled once, since each message is searched. */
  private final Pattern headers;

  /**
   * A policy.
   *
   * @param names in lower case
   * @throws IllegalArgumentException if a name is none, or of what is needed, saying which
   */
  public MetadataPolicy(Set<String> names) {
    omitted = Set.copyOf(names);
    for (String name : omitted) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "'%s' is no name of a header or element; names have letters, digits, '-', '_' and '.'"
                .formatted(name));
      }
      if (NEEDED_HEADERS.contains(name) || NEEDED_ELEMENTS.contains(name)) {
        throw new IllegalArgumentException(
            "'%s' can't be omitted: calls can't be recorded, or parties not told apart, without it"
                .formatted(name));
      }
    }
    headers = headers(omitted);
  }

  /** Names in lower case. */
  public Set<String> omitted() {
    return omitted;
  }

  /**
   * A policy by names as people write them.
   *
   * @throws IllegalArgumentException if a name is none, or of what is needed, saying which
   */
  public static MetadataPolicy omitting(Collection<String> names) {
    return new MetadataPolicy(
        names.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** A message with the word <i>omitted</i> in place of each value; itself if it has none. */
  @Override
  public byte[] mark(byte[] message) {
    return apply(message, "omitted");
  }

  /** A message as if it never had them; itself if it has none. */
  @Override
  public byte[] strip(byte[] message) {
    return apply(message, "");
  }

  private byte[] apply(byte[] message, String word) {
    if (omitted.isEmpty()) {
      return message;
    }
    // ISO-8859-1 maps each byte to one character and back
    String text = new String(message, StandardCharsets.ISO_8859_1);
    Matcher end = END_OF_HEADERS.matcher(text);
    int body = end.find() ? end.end() : text.length();
    String head = text.substring(0, body);
    String shorter = headers.matcher(head).replaceAll(word.isEmpty() ? "" : "$1 " + word + "$2");
    String rest = new ElementOmission(text.substring(body), omitted, word).result();
    String result = shorter + rest;
    return result.equals(text) ? message : result.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Pattern headers(Set<String> omitted) {
    String names =
        omitted.stream()
            .map(
                name ->
                    Pattern.quote(name)
                        + (COMPACT.containsKey(name) ? "|" + COMPACT.get(name) : ""))
            .collect(Collectors.joining("|"));
    return Pattern.compile("(?im)^((?:" + names + ")[ \\t]*+:)" + REST + "(\\r?\\n|\\z)");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MetadataPolicy policy && policy.omitted.equals(omitted);
  }

  @Override
  public int hashCode() {
    return omitted.hashCode();
  }

  @Override
  public String toString() {
    return "omitting " + omitted;
  }
}
