package io.earwitness.portal.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.json.Json;
import io.earwitness.portal.scim.ScimAttributes.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a resource (RFC 7644 section 3.5.2), with what identity providers make of them:
 * operations in any case, paths as members of a value without a path, a list of what is to be
 * removed, a value for an element that isn't there yet.
 */
public final class ScimPatch {
  private static final int MAX_OPERATIONS = 1_000;

  private record Operation(String op, ScimPath path, @Nullable JsonNode value) {}

  private final List<Operation> operations;

  private ScimPatch(List<Operation> operations) {
    this.operations = operations;
  }

  /**
   * Reads the body of a PATCH request.
   *
   * @throws ScimException if it is none, saying where
   */
  public static ScimPatch parse(JsonNode body) {
    JsonNode list = ScimAttributes.member(body, "Operations");
    if (list == null || !list.isArray() || list.isEmpty()) {
      throw ScimException.invalidSyntax("Operations is missing: a list of one or more.");
    }
    if (list.size() > MAX_OPERATIONS) {
      throw new ScimException(
          400,
          "tooMany",
          "Operations: %d at once are too many; %d are taken."
              .formatted(list.size(), MAX_OPERATIONS));
    }
    List<Operation> operations = new ArrayList<>();
    for (JsonNode each : list) {
      operations.addAll(operations(each));
    }
    return new ScimPatch(operations);
  }

  private static List<Operation> operations(JsonNode given) {
    String op = String.valueOf(ScimAttributes.text(given, "op", 20)).toLowerCase(Locale.ROOT);
    if (!Set.of("add", "replace", "remove").contains(op)) {
      throw ScimException.invalidSyntax(
          "op is '%s'; add, replace and remove are understood.".formatted(op));
    }
    String path = ScimAttributes.text(given, "path", 2_000);
    JsonNode value = ScimAttributes.member(given, "value");
    if (path != null) {
      if (value == null && !op.equals("remove")) {
        throw ScimException.invalidSyntax("%s of %s has no value.".formatted(op, path));
      }
      return List.of(new Operation(op, ScimPath.parse(path), value));
    }
    if (op.equals("remove")) {
      throw ScimException.noTarget("remove needs a path.");
    }
    if (value == null || !value.isObject()) {
      throw ScimException.invalidSyntax(
          "%s without a path needs a value that is an object.".formatted(op));
    }
    return value.properties().stream()
        .map(member -> new Operation(op, ScimPath.parse(member.getKey()), member.getValue()))
        .toList();
  }

  /**
   * The resource as it is after all operations; the one given stays as it is.
   *
   * @throws ScimException if one of them can't be done; then none is
   */
  public ObjectNode apply(ObjectNode resource) {
    ObjectNode changed = resource.deepCopy();
    for (Operation operation : operations) {
      apply(changed, operation);
    }
    return changed;
  }

  private static void apply(ObjectNode resource, Operation operation) {
    ScimPath path = operation.path();
    if (path.kind() == Kind.IGNORED) {
      return;
    }
    if (operation.op().equals("remove")) {
      remove(resource, path, operation.value());
      return;
    }
    JsonNode value = operation.value();
    if (value == null || value.isNull()) {
      remove(resource, path, null);
      return;
    }
    switch (path.kind()) {
      case SIMPLE -> resource.set(path.attribute(), value.deepCopy());
      case COMPLEX -> {
        ObjectNode complex = resource.withObjectProperty(path.attribute());
        if (path.sub() != null) {
          complex.set(path.sub(), value.deepCopy());
        } else if (value.isObject()) {
          complex.setAll((ObjectNode) value.deepCopy());
        } else {
          throw ScimException.invalidValue("%s must be an object.".formatted(path.attribute()));
        }
      }
      case MULTI -> {
        if (path.which() == null && path.sub() == null) {
          setAll(resource, path.attribute(), value, operation.op().equals("replace"));
        } else {
          setSome(array(resource, path.attribute()), path, value);
        }
      }
      case IGNORED -> {}
    }
  }

  private static ArrayNode array(ObjectNode resource, String attribute) {
    if (resource.get(attribute) instanceof ArrayNode there) {
      return there;
    }
    return resource.putArray(attribute);
  }

  private static void setAll(
      ObjectNode resource, String attribute, JsonNode value, boolean replace) {
    ArrayNode array = replace ? resource.putArray(attribute) : array(resource, attribute);
    Set<String> there = new HashSet<>();
    array.forEach(element -> there.add(key(element)));
    for (JsonNode element : ScimAttributes.elements(value)) {
      ObjectNode added = element(element);
      if (there.add(key(added))) {
        onlyPrimary(array, added);
        array.add(added);
      }
    }
  }

  /** An element without its {@code value} member's name is that value. */
  private static ObjectNode element(JsonNode given) {
    return given.isObject()
        ? given.deepCopy()
        : Json.mapper().createObjectNode().put("value", given.asText());
  }

  private static String key(JsonNode element) {
    JsonNode value = ScimAttributes.member(element, "value");
    JsonNode type = ScimAttributes.member(element, "type");
    return (value == null ? "" : value.asText()) + '\0' + (type == null ? "" : type.asText());
  }

  private static void onlyPrimary(ArrayNode array, ObjectNode newest) {
    if (Boolean.TRUE.equals(ScimAttributes.flag(newest, "primary"))) {
      array.forEach(each -> ((ObjectNode) each).set("primary", BooleanNode.FALSE));
    }
  }

  private static void setSome(ArrayNode array, ScimPath path, JsonNode value) {
    List<ObjectNode> meant = meant(array, path);
    if (meant.isEmpty()) {
      if (path.attribute().equals("members")) {
        throw ScimException.noTarget("The group has no such member.");
      }
      ObjectNode made = array.addObject();
      if (path.which() != null) {
        path.which().comparisons().forEach(each -> made.set(each.attribute(), each.value()));
      }
      meant = List.of(made);
    }
    for (ObjectNode element : meant) {
      if (path.sub() != null) {
        if (path.sub().equalsIgnoreCase("primary")) {
          array.forEach(each -> ((ObjectNode) each).set("primary", BooleanNode.FALSE));
        }
        element.set(path.sub(), value.deepCopy());
      } else {
        element.setAll(element(value));
      }
    }
  }

  private static List<ObjectNode> meant(ArrayNode array, ScimPath path) {
    List<ObjectNode> meant = new ArrayList<>();
    for (JsonNode element : array) {
      if (element instanceof ObjectNode object
          && (path.which() == null
              || path.which().comparisons().stream().allMatch(each -> each.holds(object)))) {
        meant.add(object);
      }
    }
    return meant;
  }

  private static void remove(ObjectNode resource, ScimPath path, @Nullable JsonNode value) {
    if (path.kind() != Kind.MULTI) {
      if (path.sub() == null) {
        resource.remove(path.attribute());
      } else if (resource.get(path.attribute()) instanceof ObjectNode complex) {
        complex.remove(path.sub());
      }
      return;
    }
    ArrayNode array = array(resource, path.attribute());
    if (path.sub() != null) {
      meant(array, path).forEach(element -> element.remove(path.sub()));
      return;
    }
    if (path.which() == null && value != null && !value.isNull()) {
      Set<String> gone = new HashSet<>();
      ScimAttributes.elements(value)
          .forEach(each -> gone.add(element(each).path("value").asText()));
      keepOnly(array, element -> !gone.contains(element.path("value").asText()));
      return;
    }
    Set<ObjectNode> meant = Collections.newSetFromMap(new IdentityHashMap<>());
    meant.addAll(meant(array, path));
    keepOnly(array, element -> !meant.contains(element));
  }

  private static void keepOnly(ArrayNode array, Predicate<JsonNode> kept) {
    List<JsonNode> left = array.valueStream().filter(kept).toList();
    array.removeAll();
    array.addAll(left);
  }
}
