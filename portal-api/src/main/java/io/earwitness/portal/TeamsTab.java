package io.earwitness.portal;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The portal as a tab of Microsoft Teams.
 *
 * @param hosts of pages in whose frames it may be shown, such as {@code *.cloud.microsoft}, at
 *     least one; with a port where that is not 443
 */
public record TeamsTab(List<String> hosts) {
  /**
   * What Microsoft documents for Teams in a browser and on the desktop: <a
   * href="https://learn.microsoft.com/microsoftteams/platform/tabs/how-to/tab-requirements">tab
   * requirements</a>.
   */
  public static final List<String> MICROSOFT =
      List.of("teams.microsoft.com", "*.teams.microsoft.com", "*.cloud.microsoft");

  static final String FOLDER = "/teams";

  /** A host name, after {@code *.} for those below it, with or without a port. */
  private static final Pattern HOST =
      Pattern.compile("(\\*\\.)?[a-z0-9-]+(\\.[a-z0-9-]+)*(:[0-9]{1,5})?");

  public TeamsTab {
    hosts = List.copyOf(hosts);
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("no host is named in whose frames it may be shown");
    }
    for (String host : hosts) {
      if (!HOST.matcher(host).matches()) {
        throw new IllegalArgumentException(
            "'%s' is no host such as teams.microsoft.com or *.cloud.microsoft".formatted(host));
      }
    }
  }

  /** For a policy's frame-ancestors (CSP Level 3) and as TeamsJS takes them. */
  List<String> origins() {
    return hosts.stream().map(host -> "https://" + host).toList();
  }

  /** Whether a page may be shown in a frame. */
  static boolean isPage(String path) {
    return path.equals(FOLDER) || path.startsWith(FOLDER + "/");
  }

  /** The audience of a token for an application that is at this address, as Entra ID writes it. */
  static String audience(URI publicUrl, String clientId) {
    return "api://%s/%s".formatted(publicUrl.getAuthority(), clientId);
  }
}
