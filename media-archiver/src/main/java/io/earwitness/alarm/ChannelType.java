package io.earwitness.alarm;

import io.earwitness.call.WireName;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** By what alarms are told, and the form of an address for it. */
public enum ChannelType implements WireName {
  /** Addresses by SMTP, separated by commas. */
  EMAIL("email"),
  /** An {@code https} (or {@code http}) URL to which JSON is posted. */
  WEBHOOK("webhook"),
  /** The {@code https} URL of a Teams workflow that posts a card. */
  TEAMS("teams"),
  /** {@code tls://host:port} (RFC 5425), or {@code tcp://host:port} (RFC 6587). */
  SYSLOG("syslog");

  private static final int MOST = 2_000;
  private static final Pattern MAILBOX =
      Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}");

  private final String wireName;

  ChannelType(String wireName) {
    this.wireName = wireName;
  }

  /**
   * Checks an address.
   *
   * @throws IllegalArgumentException saying what it should be
   */
  public void check(String address) {
    if (address.length() > MOST) {
      throw new IllegalArgumentException("an address has at most " + MOST + " characters");
    }
    switch (this) {
      case EMAIL -> {
        List<String> all = mailboxes(address);
        if (all.isEmpty() || !all.stream().allMatch(one -> MAILBOX.matcher(one).matches())) {
          throw new IllegalArgumentException(
              "'%s' are no e-mail addresses, separated by commas".formatted(address));
        }
      }
      case WEBHOOK -> uri(address, Set.of("https", "http"), "https://host/path");
      case TEAMS -> uri(address, Set.of("https", "http"), "https://host/path");
      case SYSLOG -> {
        URI uri = uri(address, Set.of("tls", "tcp"), "tls://host:6514");
        if (uri.getPort() < 1) {
          throw new IllegalArgumentException("'%s' has no port".formatted(address));
        }
      }
    }
  }

  private static URI uri(String address, Set<String> schemes, String example) {
    try {
      URI uri = new URI(address);
      String scheme = uri.getScheme();
      if (scheme != null
          && schemes.contains(scheme.toLowerCase(Locale.ROOT))
          && uri.getHost() != null
          && uri.getPort() <= 65_535
          && uri.getUserInfo() == null
          && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "'%s' is no address such as %s".formatted(shown(address), example));
  }

  /** The addresses in an e-mail channel's. */
  public static List<String> mailboxes(String address) {
    return List.of(address.split(",")).stream()
        .map(String::strip)
        .filter(one -> !one.isEmpty())
        .toList();
  }

  /** An address without what lets somebody use it: path and query of a URL are secrets. */
  static String shown(String address) {
    int authority = address.indexOf("://");
    int path = authority < 0 ? -1 : address.indexOf('/', authority + 3);
    return path < 0 || path == address.length() - 1 ? address : address.substring(0, path) + "/…";
  }

  @Override
  public String wireName() {
    return wireName;
  }
}
