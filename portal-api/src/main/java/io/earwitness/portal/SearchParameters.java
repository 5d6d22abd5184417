package io.earwitness.portal;

import io.earwitness.call.AnnouncementVerdict;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.Direction;
import io.earwitness.call.Tags;
import io.earwitness.call.WireName;
import io.earwitness.search.CallSearch.Query;
import io.earwitness.search.CallSearch.Sort;
import io.earwitness.search.CallSearch.Tagged;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The parameters of {@code GET /recordings}. */
final class SearchParameters {
  private static final Set<String> KNOWN =
      Set.of(
          "q",
          "from",
          "to",
          "number",
          "person",
          "team",
          "direction",
          "minDuration",
          "maxDuration",
          "state",
          "flag",
          "announcement",
          "tag",
          "callId",
          "sort",
          "limit",
          "cursor");
  private static final Map<String, Sort> SORTS = sorts();
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 500;
  private static final long MAX_SECONDS = Duration.ofDays(366).toSeconds();

  final Query query;

  /** For the audit trail: what was asked, as it was asked. */
  final Map<String, String> details;

  private SearchParameters(Query query, Map<String, String> details) {
    this.query = query;
    this.details = details;
  }

  static SearchParameters read(Context http, Principal principal) {
    Request.allowParameters(http, KNOWN);
    Instant from = Request.instant(http, "from");
    Instant to = Request.instant(http, "to");
    if (from != null && to != null && !from.isBefore(to)) {
      throw ProblemException.malformed("to", "to (%s) is not after from (%s).".formatted(to, from));
    }
    Duration least = seconds(http, "minDuration");
    Duration most = seconds(http, "maxDuration");
    if (least != null && most != null && most.compareTo(least) < 0) {
      throw ProblemException.malformed(
          "maxDuration",
          "maxDuration (%d s) is below minDuration (%d s)."
              .formatted(most.toSeconds(), least.toSeconds()));
    }
    Query query =
        new Query(
            Request.parameter(http, "q", 200),
            from,
            to,
            Request.parameter(http, "number", 40),
            Request.parameter(http, "person", 100),
            Request.parameter(http, "team", 100),
            one(http, "direction", Direction.class),
            least,
            most,
            many(http, "state", CallState.class),
            many(http, "flag", CallFlag.class),
            many(http, "announcement", AnnouncementVerdict.class),
            Request.parameter(http, "callId", 200),
            sort(http),
            (int) Request.number(http, "limit", 1, MAX_LIMIT, DEFAULT_LIMIT),
            Request.parameter(http, "cursor", 500),
            tagged(http, principal));
    Map<String, String> details = new TreeMap<>();
    http.queryParamMap().forEach((name, values) -> details.put(name, String.join(",", values)));
    details.remove("cursor");
    return new SearchParameters(query, details);
  }

  private static @Nullable Tagged tagged(Context http, Principal principal) {
    Set<String> tags = new TreeSet<>();
    for (String value : http.queryParams("tag")) {
      for (String text : value.split(",", -1)) {
        if (!text.isBlank()) {
          try {
            tags.add(Tags.normal(text));
          } catch (IllegalArgumentException e) {
            throw ProblemException.malformed("tag", "tag: %s.".formatted(e.getMessage()));
          }
        }
      }
    }
    if (tags.size() > Tags.MOST) {
      throw ProblemException.malformed(
          "tag", "tag: at most %d tags are asked for at once.".formatted(Tags.MOST));
    }
    return tags.isEmpty() ? null : new Tagged(tags, Access.notesScope(principal));
  }

  private static @Nullable Duration seconds(Context http, String name) {
    long seconds = Request.number(http, name, 0, MAX_SECONDS, -1);
    return seconds < 0 ? null : Duration.ofSeconds(seconds);
  }

  private static Sort sort(Context http) {
    String text = Request.parameter(http, "sort", 20);
    if (text == null) {
      return Sort.NEWEST_FIRST;
    }
    Sort sort = SORTS.get(text);
    if (sort == null) {
      throw ProblemException.malformed(
          "sort",
          "sort is '%s'; expected one of: %s.".formatted(text, String.join(", ", SORTS.keySet())));
    }
    return sort;
  }

  private static <E extends Enum<E> & WireName> @Nullable E one(
      Context http, String name, Class<E> type) {
    String text = Request.parameter(http, name, 40);
    return text == null ? null : parse(name, text, type);
  }

  private static <E extends Enum<E> & WireName> Set<E> many(
      Context http, String name, Class<E> type) {
    EnumSet<E> all = EnumSet.noneOf(type);
    List<String> values = http.queryParams(name);
    for (String value : values) {
      for (String text : value.split(",", -1)) {
        if (!text.isBlank()) {
          all.add(parse(name, text.trim(), type));
        }
      }
    }
    return all;
  }

  private static <E extends Enum<E> & WireName> E parse(String name, String text, Class<E> type) {
    try {
      return WireName.parse(type, text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(name, "%s: %s.".formatted(name, e.getMessage()));
    }
  }

  private static Map<String, Sort> sorts() {
    Map<String, Sort> sorts = new LinkedHashMap<>();
    sorts.put("newest", Sort.NEWEST_FIRST);
    sorts.put("oldest", Sort.OLDEST_FIRST);
    sorts.put("longest", Sort.LONGEST_FIRST);
    return sorts;
  }
}
