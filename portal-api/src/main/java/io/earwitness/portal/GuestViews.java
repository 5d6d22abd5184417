package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Target;
import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.Guests.Guest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Guests as the API shows them. */
final class GuestViews {
  private GuestViews() {}

  /**
   * A guest, as administrators and reviewers see one.
   *
   * @param support whether it is somebody of the platform, by the tenant's consent
   * @param invitationUntil null if there is no invitation to accept
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record GuestView(
      String id,
      String name,
      String displayName,
      boolean support,
      AccessViews.NamedView matter,
      boolean download,
      String reason,
      @Nullable String provider,
      Guests.State state,
      Instant invitedAt,
      String invitedBy,
      @Nullable Instant invitationUntil,
      @Nullable Instant acceptedAt,
      Instant until,
      int plays,
      int playsUsed,
      @Nullable Instant endedAt,
      @Nullable String endedBy) {
    static GuestView of(AccessSnapshot directory, Guest guest, Instant now) {
      return new GuestView(
          guest.userId(),
          guest.name(),
          guest.displayName(),
          guest.platformUser() != null,
          AccessViews.NamedView.of(directory, new Target.InMatter(guest.terms().matter())),
          guest.terms().download(),
          guest.terms().reason(),
          guest.provider(),
          guest.state(now),
          guest.invited(),
          guest.invitedBy(),
          guest.codeExpires(),
          guest.accepted(),
          guest.terms().ends(),
          guest.terms().plays(),
          guest.playsUsed(),
          guest.ended(),
          guest.endedBy());
    }

    static List<GuestView> of(AccessSnapshot directory, List<Guest> guests, Instant now) {
      return guests.stream().map(guest -> of(directory, guest, now)).toList();
    }
  }

  /** What a guest is told of the own invitation. */
  record OwnView(String matter, boolean download, Instant until, int plays, int playsUsed) {
    static OwnView of(AccessSnapshot directory, Guest guest) {
      return new OwnView(
          directory.name(new Target.InMatter(guest.terms().matter())),
          guest.terms().download(),
          guest.terms().ends(),
          guest.terms().plays(),
          guest.playsUsed());
    }
  }

  /** The terms for the audit trail. */
  static Map<String, String> details(AccessSnapshot directory, Guests.Terms terms) {
    Map<String, String> details = new TreeMap<>();
    Target matter = new Target.InMatter(terms.matter());
    details.put("on", "%s (%s)".formatted(matter.text(), directory.name(matter)));
    details.put("download", Boolean.toString(terms.download()));
    details.put("until", terms.ends().toString());
    details.put("plays", Integer.toString(terms.plays()));
    details.put("reason", terms.reason());
    return details;
  }
}
