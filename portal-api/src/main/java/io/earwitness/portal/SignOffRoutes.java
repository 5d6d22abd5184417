package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.AccessReviews;
import io.earwitness.archive.catalog.AccessReviews.AccessReview;
import io.earwitness.archive.catalog.Guests;
import io.earwitness.json.Json;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reviews of who has access, signed off by a person who does not give it. */
final class SignOffRoutes {
  private static final int MAX_STATEMENT = 2_000;
  private static final int NEWEST = 200;

  private final AccessReviews reviews;
  private final GrantUse use;
  private final ReportSigner signer;
  private final Guests guests;

  SignOffRoutes(PortalParts parts) {
    this.reviews = parts.reviews();
    this.use = new GrantUse(parts);
    this.signer = parts.signer();
    this.guests = parts.people().guests();
  }

  private AccessReport report(Principal asking) {
    return AccessReport.of(asking, use, guests.list(asking.slug()));
  }

  private record NewReview(@Nullable String statement) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ReviewedView(
      UUID id, Instant at, String reviewer, String statement, int people, int grants, int unused) {
    static ReviewedView of(AccessReview review) {
      return new ReviewedView(
          review.id(),
          review.at(),
          review.reviewer(),
          review.statement(),
          review.people(),
          review.grants(),
          review.unused());
    }
  }

  /**
   * The document that is signed.
   *
   * @param reviewer as the audit trail names the person
   */
  private record SignedReport(
      String reviewer, String reviewerName, String statement, AccessReport report) {}

  /** {@code GET /access/report}: what is to be reviewed. */
  Route.Prepared report(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(_ -> SessionRoutes.json(http, 200, report(asking)));
  }

  /** {@code GET /access/reviews}. */
  Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    reviews.list(asking.slug(), NEWEST).stream().map(ReviewedView::of).toList())));
  }

  /** {@code POST /access/reviews}: signs off what there is now. */
  Route.Prepared signOff(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String statement =
        AccessRequest.required(
            "statement",
            Request.body(http, NewReview.class, new NewReview(null)).statement(),
            MAX_STATEMENT);
    UUID id = UUID.randomUUID();
    return new Route.Prepared(
        "access-review:" + id,
        Map.of("statement", statement),
        _ -> {
          AccessReport report = report(asking);
          AccessReview review =
              new AccessReview(
                  id,
                  asking.slug(),
                  report.at(),
                  asking.user().id(),
                  asking.user().displayName(),
                  statement,
                  report.people().size(),
                  report.grants().size(),
                  report.unused().size());
          byte[] content =
              Json.bytes(new SignedReport(asking.actor(), review.reviewer(), statement, report));
          reviews.add(
              review, signer.sign(content, "access-review:%s/%s".formatted(asking.slug(), id)));
          SessionRoutes.json(http, 201, ReviewedView.of(review));
        });
  }

  /** {@code GET /access/reviews/{review}/report}: the signed document. */
  Route.Prepared download(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = AccessRequest.uuid(http.pathParam("review"));
    return new Route.Prepared(
        "access-review:" + id,
        Map.of(),
        _ -> {
          byte[] report =
              reviews
                  .report(asking.slug(), id)
                  .orElseThrow(() -> ProblemException.notFound("There is no such review."));
          RecordingRoutes.attachment(http, "access-review-%s.p7".formatted(id));
          http.contentType("application/pkcs7-mime").result(report);
        });
  }
}
