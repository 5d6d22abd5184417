package io.earwitness.call;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of the platform operator's ordered rules that say whose a call is. A rule looks at one thing
 * of a call; the first rule that matches decides.
 *
 * @param name for people and for the recording, which keeps it: 1 to 60 letters, digits, blanks and
 *     {@code . _ -}
 * @param kind what it looks at
 * @param header the header field's name where {@code kind} is {@link Kind#HEADER}, else null
 * @param value what must stand there, as {@link Kind} says; kept in one form
 * @param tenant whose the call then is; never the platform's
 */
public record MatchingRule(
    String name, Kind kind, @Nullable String header, String value, TenantSlug tenant) {
  /** What a rule looks at. */
  public enum Kind implements WireName {
    /**
     * Who the SRC has proven to be over TLS; the value is a {@linkplain TlsIdentity#requirement
     * requirement}.
     */
    TLS_IDENTITY("tls-identity"),
    /** The address that the INVITE came from; the value is an address or a network. */
    SOURCE("source"),
    /**
     * The request URI as {@code user@host}, without scheme, port and parameters; the value may hold
     * one {@code *} for any characters.
     */
    REQUEST_URI("request-uri"),
    /** A header field of the INVITE, any of that name; the value may hold one {@code *}. */
    HEADER("header"),
    /** The host of a party's address of record; the value may hold one {@code *}. */
    METADATA_DOMAIN("metadata-domain"),
    /** A party's number; the value is a number, or with {@code *} at its end all that begin so. */
    NUMBER("number");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  private static final Pattern NAME =
      Pattern.compile("[\\p{L}\\p{N}._-](?:[\\p{L}\\p{N} ._-]{0,58}[\\p{L}\\p{N}._-])?");
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9.!%*_+`'~-]{1,60}");
  private static final Pattern NUMBER = Pattern.compile("[+]?[0-9]{1,32}\\*?");
  private static final int MOST = 200;

  /**
   * @throws IllegalArgumentException saying which part is wrong, and what is expected there
   */
  public MatchingRule {
    name = name.strip();
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name of a rule: 1 to 60 letters, digits, blanks, '.', '_' and '-'"
              .formatted(name));
    }
    if (tenant.equals(TenantSlug.PLATFORM)) {
      throw new IllegalArgumentException(
          "rule '%s' gives calls to the platform; it has none but the quarantine".formatted(name));
    }
    if ((kind == Kind.HEADER) != (header != null)) {
      throw new IllegalArgumentException(
          kind == Kind.HEADER
              ? "rule '%s' looks at a header, but names none".formatted(name)
              : "rule '%s' names a header, but looks at %s".formatted(name, kind.wireName()));
    }
    if (header != null) {
      header = header.strip().toLowerCase(Locale.ROOT);
      if (!TOKEN.matcher(header).matches()) {
        throw new IllegalArgumentException("'%s' is no name of a header field".formatted(header));
      }
    }
    value = canonical(kind, value.strip());
  }

  private static String canonical(Kind kind, String value) {
    return switch (kind) {
      case TLS_IDENTITY -> TlsIdentity.requirement(value);
      case SOURCE -> {
        Network.parse(value);
        yield value;
      }
      case REQUEST_URI, HEADER -> wildcard(value);
      case METADATA_DOMAIN -> wildcard(value).toLowerCase(Locale.ROOT);
      case NUMBER -> {
        if (!NUMBER.matcher(value).matches()) {
          throw new IllegalArgumentException(
              "'%s' is no number: 1 to 32 digits, a leading '+' for E.164, and '*' at the end for all that begin so"
                  .formatted(value));
        }
        yield value;
      }
    };
  }

  private static String wildcard(String value) {
    if (value.isEmpty() || value.equals("*") || value.length() > MOST) {
      throw new IllegalArgumentException(
          "'%s' would match everything or nothing: 1 to %d characters are needed, beside '*'"
              .formatted(value, MOST));
    }
    if (value.indexOf('*') != value.lastIndexOf('*')) {
      throw new IllegalArgumentException("'%s' has more than one '*'".formatted(value));
    }
    return value;
  }

  /** Whether both look for the same. */
  public boolean isSameCondition(MatchingRule other) {
    return kind == other.kind
        && Objects.equals(header, other.header)
        && value.equalsIgnoreCase(other.value);
  }

  /** The whole rule in one line, for people. */
  public String text() {
    return "%s%s %s → %s"
        .formatted(kind.wireName(), header == null ? "" : " " + header, value, tenant);
  }
}
