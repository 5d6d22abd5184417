package io.earwitness.portal.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which attributes users and groups have here. Names are the same in upper and lower case. */
final class ScimAttributes {
  static final String USER = "urn:ietf:params:scim:schemas:core:2.0:User";
  static final String GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

  private static final String CORE = "urn:ietf:params:scim:schemas:core:2.0:";

  /** What kind of value an attribute has. */
  enum Kind {
    SIMPLE,
    COMPLEX,
    MULTI,
    /** Known to RFC 7643, or ours to give, and not taken from a client. */
    IGNORED
  }

  private static final Map<String, Kind> KINDS = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private static final Map<String, String> NAMES = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  static {
    kept(Kind.SIMPLE, "userName", "externalId", "displayName", "active");
    kept(Kind.COMPLEX, "name");
    kept(Kind.MULTI, "emails", "phoneNumbers", "members");
    kept(Kind.IGNORED, "id", "schemas", "meta", "groups", "password", "nickName", "profileUrl");
    kept(Kind.IGNORED, "title", "userType", "preferredLanguage", "locale", "timezone", "ims");
    kept(Kind.IGNORED, "photos", "addresses", "entitlements", "roles", "x509Certificates");
  }

  private ScimAttributes() {}

  private static void kept(Kind kind, String... names) {
    for (String name : names) {
      KINDS.put(name, kind);
      NAMES.put(name, name);
    }
  }

  /** Null if there is no such attribute. Those of other schemas than the core are ignored. */
  static @Nullable Kind kind(String attribute) {
    return attribute.regionMatches(true, 0, "urn:", 0, 4) ? Kind.IGNORED : KINDS.get(attribute);
  }

  /** As RFC 7643 writes it. */
  static String name(String attribute) {
    return NAMES.getOrDefault(attribute, attribute);
  }

  /** An attribute's name without the URN of the core schemas, which may stand before it. */
  static String withoutSchema(String attribute) {
    if (!attribute.regionMatches(true, 0, CORE, 0, CORE.length())) {
      return attribute;
    }
    int colon = attribute.indexOf(':', CORE.length());
    return colon < 0 ? attribute : attribute.substring(colon + 1);
  }

  /** A member by its name in any case. */
  static @Nullable JsonNode member(JsonNode object, String name) {
    JsonNode exact = object.get(name);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (member.getKey().equalsIgnoreCase(name)) {
        return member.getValue();
      }
    }
    return null;
  }

  /** What of a resource is kept, with names as RFC 7643 writes them. */
  static ObjectNode kept(ObjectNode given) {
    ObjectNode kept = Json.mapper().createObjectNode();
    given
        .properties()
        .forEach(
            member -> {
              Kind kind = kind(withoutSchema(member.getKey()));
              if (kind != null && kind != Kind.IGNORED && !member.getValue().isNull()) {
                kept.set(name(withoutSchema(member.getKey())), member.getValue().deepCopy());
              }
            });
    return kept;
  }

  /**
   * A text; null if it is missing or empty.
   *
   * @throws ScimException invalidValue if it is no text, or too long
   */
  static @Nullable String text(JsonNode object, String name, int maxLength) {
    JsonNode value = member(object, name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual() && !value.isNumber()) {
      throw ScimException.invalidValue("%s must be a text.".formatted(name));
    }
    String text = value.asText().strip();
    if (text.length() > maxLength) {
      throw ScimException.invalidValue(
          "%s is longer than %d characters.".formatted(name, maxLength));
    }
    return text.isEmpty() ? null : text;
  }

  /** A yes or no, also where it is written as a text, as Entra ID does. */
  static @Nullable Boolean flag(JsonNode object, String name) {
    JsonNode value = member(object, name);
    if (value == null || value.isNull()) {
      return null;
    }
    String text = value.asText().toLowerCase(Locale.ROOT);
    if ((value.isBoolean() || value.isTextual()) && Set.of("true", "false").contains(text)) {
      return text.equals("true");
    }
    throw ScimException.invalidValue("%s must be true or false.".formatted(name));
  }

  /** The elements of a multi-valued attribute; one that stands alone is a list of one. */
  static List<JsonNode> elements(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return List.of();
    }
    return value.isArray() ? value.valueStream().toList() : List.of(value);
  }
}
