package io.earwitness.portal;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Holder;
import io.earwitness.access.Matter;
import io.earwitness.access.Person;
import io.earwitness.access.Target;
import io.earwitness.access.Team;
import io.earwitness.call.WireName;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what requests about people, teams, grants and matters say, and refuses what is wrong. */
final class AccessRequest {
  private AccessRequest() {}

  /** Of a grant's holder, or what it is on; {@code type} says which. */
  record Named(@Nullable String type, @Nullable String id) {}

  /** Passes on what a change of the directory refuses. */
  static <T> T change(java.util.function.Supplier<T> change) {
    try {
      return change.get();
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(null, "It is refused: %s.".formatted(e.getMessage()));
    }
  }

  /** Refuses what would widen the asking person's own access. */
  static void refuse(Optional<String> problem) {
    problem.ifPresent(
        text -> {
          throw ProblemException.forbidden("separation-of-duties", text);
        });
  }

  static Person person(AccessSnapshot directory, String id) {
    Person person = directory.people().get(id);
    if (person == null) {
      throw ProblemException.notFound("There is no such user.");
    }
    return person;
  }

  static Team team(AccessSnapshot directory, String id) {
    Team team = directory.teams().get(id);
    if (team == null) {
      throw ProblemException.notFound("There is no such team.");
    }
    return team;
  }

  static Matter matter(AccessSnapshot directory, Context http) {
    Matter matter = directory.matters().get(uuid(http.pathParam("matter")));
    if (matter == null) {
      throw ProblemException.notFound("There is no such matter.");
    }
    return matter;
  }

  /** An id; one that is none names nothing. */
  static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException _) {
      return new UUID(0, 0);
    }
  }

  static String required(String name, @Nullable String value, int maxLength) {
    if (value == null || value.isBlank()) {
      throw ProblemException.malformed(name, "Member '%s' is missing.".formatted(name));
    }
    if (value.length() > maxLength) {
      throw ProblemException.malformed(
          name, "Member '%s' is longer than %d characters.".formatted(name, maxLength));
    }
    return value.strip();
  }

  static @Nullable Instant instant(String name, @Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException _) {
      throw ProblemException.malformed(
          name,
          "%s is '%s'; an instant such as 2026-11-21T08:00:00Z is needed."
              .formatted(name, text.substring(0, Math.min(text.length(), 60))));
    }
  }

  /** The moment that a question is about: that of the parameter {@code at}, or now. */
  static Instant at(Context http, Principal principal) {
    Instant at = instant("at", Request.parameter(http, "at", 40));
    if (at != null && at.isAfter(principal.asked())) {
      throw ProblemException.malformed(
          "at", "at is %s, which is yet to come; what will hold then nobody knows.".formatted(at));
    }
    return at == null ? principal.asked() : at;
  }

  static <E extends Enum<E> & WireName> E parse(String name, String text, Class<E> type) {
    try {
      return WireName.parse(type, text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(name, "%s: %s.".formatted(name, e.getMessage()));
    }
  }

  static <E extends Enum<E> & WireName> Set<E> set(
      String name, @Nullable List<String> texts, Class<E> type) {
    EnumSet<E> all = EnumSet.noneOf(type);
    for (String text : texts == null ? List.<String>of() : texts) {
      all.add(parse(name, String.valueOf(text), type));
    }
    return all;
  }

  static Holder holder(@Nullable Named named) {
    String type = type("holder", named);
    return switch (type) {
      case "user" -> new Holder.OfUser(id("holder", named));
      case "team" -> new Holder.OfTeam(id("holder", named));
      default ->
          throw ProblemException.malformed(
              "holder", "holder.type is '%s'; expected user or team.".formatted(type));
    };
  }

  static Target target(@Nullable Named named) {
    String type = type("on", named);
    return switch (type) {
      case "user" -> new Target.OfUser(id("on", named));
      case "team" -> new Target.OfTeam(id("on", named));
      case "matter" -> new Target.InMatter(uuid(id("on", named)));
      case "tenant" -> new Target.WholeTenant();
      default ->
          throw ProblemException.malformed(
              "on", "on.type is '%s'; expected user, team, matter or tenant.".formatted(type));
    };
  }

  private static String type(String member, @Nullable Named named) {
    return required(member + ".type", named == null ? null : named.type(), 20);
  }

  private static String id(String member, @Nullable Named named) {
    return required(member + ".id", named == null ? null : named.id(), 200);
  }
}
