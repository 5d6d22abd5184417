package io.earwitness.archive.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the journal while it is applied again.
 *
 * @param at when it was made; also the time of all that it changes
 */
record Replayed(
    DSLContext sql, TenantSlug tenant, Instant at, String actor, String kind, JsonNode data) {

  /** Applies entries of one kind. */
  @FunctionalInterface
  interface Handler {
    /**
     * Writes the rows that the act wrote.
     *
     * @return whether there was what it concerns; a recording, say, may be gone from the store
     * @throws IllegalArgumentException if the entry lacks something, saying what
     */
    boolean apply(Replayed entry);
  }

  String tenantName() {
    return tenant.value();
  }

  boolean has(String member) {
    return data.hasNonNull(member);
  }

  private JsonNode demand(String member) {
    JsonNode value = data.get(member);
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException("it lacks '%s'".formatted(member));
    }
    return value;
  }

  String text(String member) {
    return Text.clean(demand(member).asText());
  }

  /** Absent, or as older entries write it: the word null. */
  @Nullable String textOrNull(String member) {
    return has(member) && !data.get(member).asText().equals("null") ? text(member) : null;
  }

  UUID uuid(String member) {
    return UUID.fromString(text(member));
  }

  Instant instant(String member) {
    return CallRows.micros(Instant.parse(text(member)));
  }

  @Nullable Instant instantOrNull(String member) {
    return has(member) ? instant(member) : null;
  }

  int integer(String member) {
    return demand(member).asInt();
  }

  @Nullable Integer integerOrNull(String member) {
    return has(member) ? integer(member) : null;
  }

  @Nullable Long longOrNull(String member) {
    return has(member) ? demand(member).asLong() : null;
  }

  boolean bool(String member) {
    return demand(member).asBoolean();
  }

  List<String> texts(String member) {
    return list(member, node -> Text.clean(node.asText()));
  }

  /** None where an older version wrote nothing of it. */
  List<String> textsIfAny(String member) {
    return data().has(member) ? texts(member) : List.of();
  }

  <T> List<T> list(String member, Function<JsonNode, T> read) {
    List<T> list = new ArrayList<>();
    demand(member).forEach(node -> list.add(read.apply(node)));
    return list;
  }

  /** A member of the data as an entry of its own. */
  Replayed in(String member) {
    return in(demand(member));
  }

  Replayed in(JsonNode node) {
    return new Replayed(sql, tenant, at, actor, kind, node);
  }

  <T> T as(Class<T> type) {
    return read(Json.mapper().constructType(type));
  }

  <T> T as(TypeReference<T> type) {
    return read(Json.mapper().constructType(type));
  }

  private <T> T read(com.fasterxml.jackson.databind.JavaType type) {
    try {
      return Json.mapper().readValue(Json.mapper().treeAsTokens(data), type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("its data can't be read: " + e.getOriginalMessage(), e);
    } catch (java.io.IOException e) {
      throw new IllegalArgumentException("its data can't be read: " + e.getMessage(), e);
    }
  }
}
