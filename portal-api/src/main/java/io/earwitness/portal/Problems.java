package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.store.ObjectStore.ElsewhereException;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.audit.AuditLog.AuditUnavailableException;
import io.earwitness.json.Json;
import io.earwitness.portal.scim.ScimException;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever stopped a request into a problem document (RFC 9457): the one place that does. */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Document(
      String type, String title, int status, String detail, @Nullable String parameter) {}

  /** What an exception means to the one who asked. */
  static ProblemException of(Exception e) {
    return switch (e) {
      case ProblemException problem -> problem;
      case ScimException refused -> ScimExchange.problem(refused);
      case AuditUnavailableException _ ->
          logged(
              e,
              ProblemException.unavailable(
                  "The audit trail can't be written, so nothing was done. Try again in a moment."));
      case CatalogUnavailableException _ ->
          logged(
              e,
              ProblemException.unavailable("The catalog can't be reached. Try again in a moment."));
      case ElsewhereException away ->
          logged(e, ProblemException.unavailable(String.valueOf(away.getMessage())));
      case ObjectStoreException _ ->
          logged(
              e,
              ProblemException.unavailable(
                  "The object store can't be reached. Try again in a moment."));
      case HttpResponseException http -> ofHttp(http);
      default -> {
        String id = UUID.randomUUID().toString();
        LOG.error("request failed, told as {}", id, e);
        yield ProblemException.of(
            500,
            "internal",
            "Internal error",
            "Something went wrong here. The operator finds it in the log by %s.".formatted(id));
      }
    };
  }

  /** Writes it, unless the response has begun: then what was begun is broken off. */
  static void write(Context http, ProblemException problem) {
    if (http.res().isCommitted()) {
      return;
    }
    http.status(problem.status);
    if (problem.retryAfterSeconds > 0) {
      http.header("Retry-After", Long.toString(problem.retryAfterSeconds));
    }
    http.contentType("application/problem+json");
    http.result(
        Json.bytes(
            new Document(
                "urn:earwitness:problem:" + problem.type,
                problem.title,
                problem.status,
                problem.detail,
                problem.parameter)));
  }

  private static ProblemException logged(Exception e, ProblemException problem) {
    LOG.warn("request refused with 503: {}", e.getMessage(), e);
    return problem;
  }

  private static ProblemException ofHttp(HttpResponseException e) {
    return switch (e.getStatus()) {
      case 404 -> ProblemException.notFound("There is nothing at this address.");
      case 405 ->
          ProblemException.of(
              405,
              "method-not-allowed",
              "Method not allowed",
              "This address does not know the method; "
                  + String.join(", ", e.getDetails().values()));
      case 413 ->
          ProblemException.of(
              413, "too-large", "Too large", "The request's body is larger than 64 KiB.");
      default -> {
        String message = e.getMessage() == null ? "" : e.getMessage();
        yield ProblemException.of(
            e.getStatus(), "http", message, message.toLowerCase(Locale.ROOT) + ".");
      }
    };
  }
}
