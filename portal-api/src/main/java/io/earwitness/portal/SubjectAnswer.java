package io.earwitness.portal;

import io.earwitness.archive.catalog.SubjectRequests;
import io.earwitness.archive.catalog.SubjectRequests.Decision;
import io.earwitness.archive.catalog.SubjectRequests.Found;
import io.earwitness.archive.catalog.SubjectRequests.Item;
import io.earwitness.archive.catalog.SubjectRequests.Kind;
import io.earwitness.archive.catalog.SubjectRequests.Outcome;
import io.earwitness.archive.catalog.SubjectRequests.State;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The answer to a subject as Markdown, for an officer to complete and send. Pure. */
final class SubjectAnswer {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);

  private final StringBuilder text = new StringBuilder();
  private final ZoneId zone;

  private SubjectAnswer(ZoneId zone) {
    this.zone = zone;
  }

  static String of(SubjectRequests.Request request, List<Item> items, ZoneId zone) {
    SubjectAnswer answer = new SubjectAnswer(zone);
    answer.head(request);
    answer.section(
        "In the copy",
        "These recordings are in the copy that you are given.",
        items.stream().filter(item -> item.decision() == Decision.RELEASE).toList());
    answer.section(
        "Erased",
        "These recordings were deleted, with all that told whose calls they were.",
        items.stream().filter(item -> item.outcome() == Outcome.ERASED).toList());
    answer.section(
        "To be erased later, restricted until then",
        "We must keep these recordings for now. Until they are deleted, nobody can listen to them"
            + " without a legal reason and the decision of two persons.",
        items.stream()
            .filter(
                item -> item.decision() == Decision.ERASE && item.outcome() == Outcome.RESTRICTED)
            .toList());
    answer.section(
        "Restricted",
        "These recordings are kept, and nobody can listen to them without a legal reason and the"
            + " decision of two persons. You are told before that is lifted.",
        items.stream()
            .filter(
                item ->
                    item.decision() == Decision.RESTRICT && item.outcome() == Outcome.RESTRICTED)
            .toList());
    answer.section(
        request.kind() == Kind.OBJECTION ? "Kept on compelling grounds" : "Not done",
        "Of these recordings we can't do what you ask.",
        items.stream().filter(item -> item.outcome() == Outcome.DECLINED).toList());
    answer.section(
        "Deleted before",
        "These recordings had been deleted before you asked.",
        items.stream().filter(item -> item.outcome() == Outcome.GONE).toList());
    answer.section(
        "Not done yet",
        "What becomes of these recordings is not decided, or being done.",
        items.stream()
            .filter(item -> item.pending() && item.decision() != Decision.RELEASE)
            .toList());
    answer.foot(request);
    return answer.text.toString();
  }

  private static String article(Kind kind) {
    return switch (kind) {
      case ACCESS -> "15";
      case RESTRICTION -> "18";
      case OBJECTION -> "21";
      case ERASURE -> "17";
    };
  }

  private void head(SubjectRequests.Request request) {
    line(
        "# Your request for %s (article %s GDPR)",
        request.kind().wireName(), article(request.kind()));
    line("");
    line("To %s", request.subject().name());
    line("");
    line("We received it on %s. Our reference is %s.", request.received(), request.id());
    if (request.extended() != null) {
      line(
          "We need two more months for it, until %s: %s",
          lastDay(request.due()), request.extended().text());
    }
    Found found = request.found();
    if (found != null) {
      line("");
      line(
          "We looked for recordings of your calls over all dates, and found %d. %d more had been"
              + " deleted before. Of %d calls there is no recording.",
          found.recordings(), found.disposed(), found.others());
    }
    line("");
  }

  private String lastDay(Instant due) {
    return DAY.format(due.atZone(zone).minusSeconds(1));
  }

  private void section(String heading, String words, List<Item> items) {
    if (items.isEmpty()) {
      return;
    }
    line("## %s (%d)", heading, items.size());
    line("");
    line("%s", words);
    line("");
    for (Item item : items) {
      line(
          "- call of %s, reference %s%s%s",
          TIME.format(item.start().atZone(zone)),
          item.recording(),
          of(item.because()),
          of(item.reason()));
    }
    line("");
  }

  private static String of(@Nullable String why) {
    return why == null ? "" : ": " + why;
  }

  private void foot(SubjectRequests.Request request) {
    if (request.kind() == Kind.OBJECTION) {
      line(
          "Whether future calls are recorded is decided by our policy of recording; we will look at"
              + " it with your objection.");
      line("");
    }
    if (request.closed() != null) {
      line("%s", request.closed().text());
      line("");
    }
    if (request.state() != State.WITHDRAWN) {
      line(
          "You may complain to a supervisory authority (article 77 GDPR), and go to court (article"
              + " 79).");
    }
  }

  private void line(String format, Object... values) {
    text.append(format.formatted(values)).append('\n');
  }
}
