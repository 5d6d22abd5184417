package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.UnusableKeyException;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** For whom the tenant's recordings are encrypted. */
final class KeyRoutes {
  private final Directory directory;

  private KeyRoutes(PortalParts parts) {
    this.directory = parts.directory();
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    KeyRoutes keys = new KeyRoutes(parts);
    return List.of(
        new Route(
            GET,
            Routes.API + "/keys",
            new Route.Rule.Needs(Permission.PEOPLE_READ),
            "key.list",
            keys::list));
  }

  /**
   * A certificate.
   *
   * @param subject null if the certificate can't be read, as are the members from it
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record View(
      String fingerprint,
      @Nullable String subject,
      @Nullable String key,
      @Nullable Instant validFrom,
      @Nullable Instant validUntil,
      boolean expired,
      String custody,
      boolean active,
      Instant addedAt) {
    static View of(Directory.KeptKey kept, Instant now) {
      Directory.Key key = kept.key();
      try {
        SortedMap<String, String> facts =
            RecipientAct.facts(Certificates.parse(key.certificate(), key.id()));
        Instant until = Instant.parse(Facts.required(facts, "validUntil"));
        return new View(
            key.id(),
            facts.get("subject"),
            facts.get("key"),
            Instant.parse(Facts.required(facts, "validFrom")),
            until,
            until.isBefore(now),
            key.custody(),
            key.active(),
            kept.addedAt());
      } catch (UnusableKeyException e) {
        return new View(
            key.id(), null, null, null, null, false, key.custody(), key.active(), kept.addedAt());
      }
    }
  }

  private Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    directory.keptKeys(asking.slug()).stream()
                        .map(kept -> View.of(kept, asking.asked()))
                        .toList())));
  }
}
