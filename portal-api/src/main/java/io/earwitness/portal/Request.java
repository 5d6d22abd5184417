package io.earwitness.portal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.earwitness.call.RecordingId;
import io.earwitness.json.Json;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads requests strictly: what is unknown or malformed is refused by its name. */
final class Request {
  private static final ObjectReader STRICT =
      Json.mapper()
          .reader()
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Request() {}

  /** Refuses query parameters other than these. */
  static void allowParameters(Context http, Set<String> known) {
    for (String name : new TreeSet<>(http.queryParamMap().keySet())) {
      if (!known.contains(name)) {
        throw ProblemException.unknownParameter(
            name, known.isEmpty() ? "none" : String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  /** A parameter that may be there once; an empty one counts as missing. */
  static @Nullable String parameter(Context http, String name, int maxLength) {
    List<String> values = http.queryParams(name);
    if (values.size() > 1) {
      throw ProblemException.malformed(
          name, "%s is given %d times.".formatted(name, values.size()));
    }
    if (values.isEmpty() || values.getFirst().isBlank()) {
      return null;
    }
    String value = values.getFirst().trim();
    if (value.length() > maxLength) {
      throw ProblemException.malformed(
          name, "%s is longer than %d characters.".formatted(name, maxLength));
    }
    return value;
  }

  /** One of these; the first if it is missing. */
  static String choice(Context http, String name, List<String> known) {
    String text = parameter(http, name, 20);
    if (text == null) {
      return known.getFirst();
    }
    if (known.contains(text)) {
      return text;
    }
    throw ProblemException.malformed(
        name, "%s is '%s'; expected one of: %s.".formatted(name, text, String.join(", ", known)));
  }

  /** A whole number in a range; {@code otherwise} if it is missing. */
  static long number(Context http, String name, long least, long most, long otherwise) {
    String text = parameter(http, name, 20);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw ProblemException.malformed(
        name,
        "%s is '%s'; a whole number from %d to %d is needed.".formatted(name, text, least, most));
  }

  /** {@code true} or {@code false}; false if it is missing. */
  static boolean flag(Context http, String name) {
    return switch (parameter(http, name, 10)) {
      case null -> false;
      case "true" -> true;
      case "false" -> false;
      case String other ->
          throw ProblemException.malformed(
              name, "%s is '%s'; true or false is needed.".formatted(name, other));
    };
  }

  /** An instant with its offset; null if it is missing. */
  static @Nullable Instant instant(Context http, String name) {
    String text = Request.parameter(http, name, 40);
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException _) {
      throw ProblemException.malformed(
          name,
          ("%s is '%s'; an instant such as 2026-11-21T08:00:00Z is needed, or one with an offset"
                  + " such as 2026-11-21T09:00:00+01:00 (in an address the + is written %%2B).")
              .formatted(name, text));
    }
  }

  /** Which part of the audio is meant; the first if nothing is said. */
  static int part(Context http) {
    return (int) number(http, "part", 1, Integer.MAX_VALUE, 1);
  }

  /** The recording named in the path; what is no id names none. */
  static RecordingId recording(Context http) {
    try {
      return RecordingId.parse(http.pathParam("id"));
    } catch (IllegalArgumentException _) {
      throw noSuchRecording();
    }
  }

  /** The same for a missing call, another tenant's, and one that may not be seen (law 5). */
  static ProblemException noSuchRecording() {
    return ProblemException.notFound(
        "There is no such recording, or it is not one that you may see.");
  }

  /**
   * A body that may be larger than is usual.
   *
   * @param most in bytes
   * @throws ProblemException 413 if it is longer
   */
  static byte[] bytes(Context http, int most) throws IOException {
    byte[] body = http.bodyInputStream().readNBytes(most + 1);
    if (body.length > most) {
      throw ProblemException.of(
          413,
          "too-large",
          "Too large",
          "The request's body is larger than %d KiB.".formatted(most >> 10));
    }
    return body;
  }

  /** Reads a JSON body; {@code empty} stands for none, if it may be missing. */
  static <T> T body(Context http, Class<T> type, @Nullable T empty) {
    byte[] body = http.bodyAsBytes();
    if (body.length == 0 && empty != null) {
      return empty;
    }
    String contentType = http.contentType();
    if (contentType == null || !contentType.split(";", 2)[0].trim().equals("application/json")) {
      // A page of another site can send forms with a person's cookies, but not this type.
      throw ProblemException.of(415, "not-json", "Not JSON", "The body must be application/json.");
    }
    try {
      T value = STRICT.forType(type).readValue(body);
      if (value == null) {
        throw ProblemException.malformed(null, "The body is null; an object is needed.");
      }
      return value;
    } catch (UnrecognizedPropertyException e) {
      throw ProblemException.malformed(
          e.getPropertyName(), "There is no member '%s' here.".formatted(e.getPropertyName()));
    } catch (JsonMappingException e) {
      String member = e.getPath().isEmpty() ? null : e.getPath().getFirst().getFieldName();
      throw ProblemException.malformed(
          member,
          member == null
              ? "The body is no such object."
              : "Member '%s' can't be read.".formatted(member));
    } catch (JsonProcessingException e) {
      throw ProblemException.malformed(
          null,
          "The body is no JSON (line %d, column %d)."
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw ProblemException.malformed(null, "The body can't be read.");
    }
  }
}
