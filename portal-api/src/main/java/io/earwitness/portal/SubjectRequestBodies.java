package io.earwitness.portal;

import io.earwitness.archive.catalog.SubjectRequests.CopyPlan;
import io.earwitness.archive.catalog.SubjectRequests.Decision;
import io.earwitness.archive.catalog.SubjectRequests.Kind;
import io.earwitness.archive.catalog.SubjectRequests.NewRequest;
import io.earwitness.archive.catalog.SubjectRequests.Span;
import io.earwitness.archive.catalog.SubjectRequests.Subject;
import io.earwitness.archive.catalog.SubjectRequests.Verdict;
import io.earwitness.call.RecordingId;
import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is said of a subject's request. */
final class SubjectRequestBodies {
  static final int MAX_TEXT = 2_000;
  private static final int MAX_NAME = 200;
  private static final int MOST_NUMBERS = 50;
  private static final int MOST_SPANS = 200;
  private static final Pattern NUMBER = Pattern.compile("\\+?[0-9 ()./-]{3,40}");

  private SubjectRequestBodies() {}

  /** A request as it comes; the person by id or name. */
  record RequestBody(
      @Nullable String kind,
      @Nullable String name,
      @Nullable String contact,
      @Nullable List<String> numbers,
      @Nullable String person,
      @Nullable String received) {
    NewRequest request(Principal asking, UUID id, Clock clock) {
      Kind wanted =
          AccessRequest.parse("kind", AccessRequest.required("kind", kind, 20), Kind.class);
      Subject subject =
          new Subject(
              AccessRequest.required("name", name, MAX_NAME),
              contact == null || contact.isBlank()
                  ? null
                  : AccessRequest.required("contact", contact, MAX_NAME),
              digits(),
              person == null || person.isBlank()
                  ? null
                  : LegalHoldBodies.personId(asking, person.strip()));
      if (subject.numbers().isEmpty() && subject.person() == null) {
        throw ProblemException.malformed(
            "numbers",
            "Name a telephone number of the subject, or a person of the directory; by these"
                + " recordings are found.");
      }
      return new NewRequest(id, wanted, subject, day(asking, clock), asking.tenant().zone());
    }

    private List<String> digits() {
      Set<String> all = new TreeSet<>();
      for (String text : Objects.requireNonNullElse(numbers, List.<String>of())) {
        String given = String.valueOf(text).strip();
        if (!NUMBER.matcher(given).matches()) {
          throw ProblemException.malformed(
              "numbers",
              "numbers: '%s' is no telephone number; digits with a leading + are needed."
                  .formatted(given.substring(0, Math.min(given.length(), 40))));
        }
        all.add((given.startsWith("+") ? "+" : "") + given.replaceAll("[^0-9]", ""));
      }
      if (all.size() > MOST_NUMBERS) {
        throw ProblemException.malformed(
            "numbers", "At most %d numbers are possible.".formatted(MOST_NUMBERS));
      }
      return List.copyOf(all);
    }

    private LocalDate day(Principal asking, Clock clock) {
      LocalDate today = clock.instant().atZone(asking.tenant().zone()).toLocalDate();
      if (received == null || received.isBlank()) {
        return today;
      }
      LocalDate day;
      try {
        day = LocalDate.parse(received.strip());
      } catch (DateTimeParseException _) {
        throw ProblemException.malformed(
            "received", "received: a day such as 2026-11-27 is needed.");
      }
      if (day.isAfter(today)) {
        throw ProblemException.malformed("received", "received: %s is to come.".formatted(day));
      }
      return day;
    }
  }

  /**
   * A decision.
   *
   * @param recordings null for all of which nothing is decided yet
   */
  record DecisionBody(
      @Nullable List<String> recordings, @Nullable String decision, @Nullable String reason) {
    Verdict verdict() {
      return new Verdict(
          AccessRequest.parse(
              "decision", AccessRequest.required("decision", decision, 20), Decision.class),
          reason == null || reason.isBlank()
              ? null
              : AccessRequest.required("reason", reason, MAX_TEXT));
    }

    @Nullable List<RecordingId> ids() {
      return recordings == null
          ? null
          : recordings.stream().map(SubjectRequestBodies::recording).toList();
    }
  }

  private static RecordingId recording(String text) {
    try {
      return RecordingId.parse(text);
    } catch (IllegalArgumentException _) {
      throw ProblemException.malformed(
          "recordings", "recordings: '%s' is no id of a recording.".formatted(text));
    }
  }

  /** A span as it comes. */
  record SpanBody(
      @Nullable Integer channel,
      @Nullable Long fromMs,
      @Nullable Long toMs,
      @Nullable String reason) {
    Span span(String member) {
      String why = AccessRequest.required(member + ".reason", reason, MAX_NAME);
      List<Span> made = new ArrayList<>();
      AnnouncementRoutes.checked(
          member,
          () ->
              made.add(
                  new Span(
                      channel,
                      Objects.requireNonNullElse(fromMs, 0L),
                      Objects.requireNonNullElse(toMs, -1L),
                      why)));
      return made.getFirst();
    }
  }

  /** What of a recording is in the copy, as it comes. */
  record PlanBody(@Nullable List<SpanBody> opened, @Nullable List<SpanBody> masked) {
    CopyPlan plan() {
      return new CopyPlan(spans("opened", opened), spans("masked", masked), List.of());
    }

    private static List<Span> spans(String member, @Nullable List<SpanBody> given) {
      List<SpanBody> all = Objects.requireNonNullElse(given, List.of());
      if (all.size() > MOST_SPANS) {
        throw ProblemException.malformed(
            member, "At most %d spans are possible.".formatted(MOST_SPANS));
      }
      return all.stream().map(each -> each.span(member)).toList();
    }
  }
}
