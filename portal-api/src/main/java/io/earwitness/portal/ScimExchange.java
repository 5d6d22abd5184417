package io.earwitness.portal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.archive.catalog.ProvisioningRefusedException;
import io.earwitness.json.Json;
import io.earwitness.portal.scim.ScimDocuments;
import io.earwitness.portal.scim.ScimException;
import io.earwitness.portal.scim.ScimProjection;
import io.javalin.http.Context;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads SCIM requests and writes the answers (RFC 7644 section 3). */
final class ScimExchange {
  static final String BASE = "/scim/v2";
  private static final String TYPE = "application/scim+json";
  private static final Set<String> TYPES = Set.of(TYPE, "application/json");

  /** A group of some ten thousand members. */
  private static final int MAX_BODY = 4 << 20;

  /** What RFC 7644 table 9 knows. */
  private static final Set<String> SCIM_TYPES =
      Set.of(
          "invalidFilter",
          "tooMany",
          "uniqueness",
          "mutability",
          "invalidSyntax",
          "invalidPath",
          "noTarget",
          "invalidValue",
          "invalidVers",
          "sensitive");

  private final boolean secure;

  ScimExchange(PortalConfig config) {
    this.secure = config.secure();
  }

  /** The address under which the client reaches the service. */
  String base(Context http) {
    return "%s://%s%s".formatted(secure ? "https" : http.scheme(), http.host(), BASE);
  }

  static JsonNode body(Context http) {
    String type = String.valueOf(http.contentType()).split(";", 2)[0].strip();
    if (!TYPES.contains(type.toLowerCase(Locale.ROOT))) {
      throw new ScimException(415, null, "The body must be " + TYPE + ".");
    }
    try {
      JsonNode body = Json.mapper().readTree(Request.bytes(http, MAX_BODY));
      if (body == null || !body.isObject()) {
        throw new ScimException(400, "invalidSyntax", "The body must be an object.");
      }
      return body;
    } catch (JsonProcessingException e) {
      throw new ScimException(
          400,
          "invalidSyntax",
          "The body is no JSON (line %d, column %d)."
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw new ScimException(400, "invalidSyntax", "The body can't be read.");
    }
  }

  /** Parameters that aren't known are no mistake: clients add their own. */
  static ScimProjection projection(Context http) {
    return ScimProjection.of(
        blankIsNull(http.queryParam("attributes")),
        blankIsNull(http.queryParam("excludedAttributes")));
  }

  static @Nullable String blankIsNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }

  /** A number of a list request; what is below the least counts as the least. */
  static int number(Context http, String name, int least, int otherwise) {
    String text = blankIsNull(http.queryParam(name));
    try {
      return text == null ? otherwise : Math.max(least, Integer.parseInt(text.strip()));
    } catch (NumberFormatException _) {
      throw ScimException.invalidValue("%s must be a whole number.".formatted(name));
    }
  }

  /** Adds {@code meta}, of which {@code version} is the entity tag. */
  static void meta(
      ObjectNode resource,
      String type,
      String location,
      Instant created,
      Instant modified,
      String version) {
    resource
        .putObject("meta")
        .put("resourceType", type)
        .put("created", created.toString())
        .put("lastModified", modified.toString())
        .put("location", location)
        .put("version", version);
  }

  /** A weak entity tag of what a record says. */
  static String version(Object record) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Json.bytes(record));
      return "W/\"%s\"".formatted(HexFormat.of().formatHex(hash).substring(0, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }

  /**
   * Refuses a change of what has changed since the client saw it.
   *
   * @throws ScimException 412
   */
  static void demandMatch(Context http, String version) {
    String wanted = http.header("If-Match");
    if (wanted != null && !named(wanted, version)) {
      throw new ScimException(
          412, null, "It has changed meanwhile: its version is %s.".formatted(version));
    }
  }

  /** Whether the client has this version already. */
  static boolean isKnown(Context http, String version) {
    String known = http.header("If-None-Match");
    return known != null && named(known, version);
  }

  /** Entity tags are compared without regard to weakness (RFC 9110 section 8.8.3.2). */
  private static boolean named(String header, String version) {
    return Stream.of(header.split(","))
        .map(String::strip)
        .anyMatch(each -> each.equals("*") || opaque(each).equals(opaque(version)));
  }

  private static String opaque(String tag) {
    return tag.startsWith("W/") ? tag.substring(2) : tag;
  }

  static void answer(Context http, int status, ObjectNode document) {
    http.status(status).contentType(TYPE).result(Json.bytes(document));
  }

  /** Passes on what a change of the catalog refuses. */
  static <T> T change(Supplier<T> change) {
    try {
      return change.get();
    } catch (IllegalArgumentException e) {
      throw ScimException.invalidValue(e.getMessage() + ".");
    } catch (ProvisioningRefusedException e) {
      throw new ScimException(
          409,
          e.reason() == ProvisioningRefusedException.Reason.TAKEN ? "uniqueness" : null,
          String.valueOf(e.getMessage()));
    }
  }

  /** What a refusal means to the one who asked, and to the audit trail. */
  static ProblemException problem(ScimException e) {
    return ProblemException.of(
        e.status(), e.scimType() == null ? "scim" : e.scimType(), "Refused", e.detail());
  }

  /** Tells a problem as RFC 7644 section 3.12 does. */
  static void refuse(Context http, ProblemException problem) {
    if (http.res().isCommitted()) {
      return;
    }
    if (problem.retryAfterSeconds > 0) {
      http.header("Retry-After", Long.toString(problem.retryAfterSeconds));
    }
    answer(
        http,
        problem.status,
        ScimDocuments.error(
            problem.status,
            SCIM_TYPES.contains(problem.type) ? problem.type : null,
            problem.detail));
  }
}
