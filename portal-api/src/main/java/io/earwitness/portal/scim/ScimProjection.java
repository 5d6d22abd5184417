package io.earwitness.portal.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which attributes are shown (RFC 7644 section 3.9): those asked for, or all but some; {@code
 * schemas} and {@code id} always.
 */
public final class ScimProjection {
  private static final Set<String> ALWAYS = Set.of("schemas", "id");

  private final @Nullable Set<String> only;
  private final Set<String> without;

  private ScimProjection(@Nullable Set<String> only, Set<String> without) {
    this.only = only;
    this.without = without;
  }

  /**
   * @param attributes names between commas; null for all
   * @param excluded names between commas; null for none
   * @throws ScimException if both are given
   */
  public static ScimProjection of(@Nullable String attributes, @Nullable String excluded) {
    if (attributes != null && excluded != null) {
      throw ScimException.invalidValue("Give attributes or excludedAttributes, not both at once.");
    }
    return new ScimProjection(
        attributes == null ? null : names(attributes),
        excluded == null ? Set.of() : names(excluded));
  }

  private static Set<String> names(String list) {
    return Stream.of(list.split(","))
        .map(each -> ScimAttributes.withoutSchema(each.strip()).toLowerCase(Locale.ROOT))
        .filter(each -> !each.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether an attribute is shown at all; what is not need not be read. */
  public boolean shows(String attribute) {
    String name = attribute.toLowerCase(Locale.ROOT);
    return ALWAYS.contains(name)
        || (only == null
            ? !without.contains(name)
            : only.stream().anyMatch(each -> each.equals(name) || each.startsWith(name + ".")));
  }

  /** Takes from a resource what is not shown. */
  public ObjectNode show(ObjectNode resource) {
    for (String attribute : names(resource)) {
      if (!shows(attribute)) {
        resource.remove(attribute);
      } else if (!ALWAYS.contains(attribute)) {
        trim(attribute.toLowerCase(Locale.ROOT), resource.get(attribute));
      }
    }
    return resource;
  }

  private static List<String> names(ObjectNode node) {
    return new ArrayList<>(node.properties().stream().map(Map.Entry::getKey).toList());
  }

  private void trim(String attribute, JsonNode value) {
    if (value.isArray()) {
      value.forEach(element -> trim(attribute, element));
    } else if (value instanceof ObjectNode object) {
      for (String sub : names(object)) {
        String name = attribute + "." + sub.toLowerCase(Locale.ROOT);
        if (only == null
            ? without.contains(name)
            : !only.contains(attribute) && !only.contains(name)) {
          object.remove(sub);
        }
      }
    }
  }
}
