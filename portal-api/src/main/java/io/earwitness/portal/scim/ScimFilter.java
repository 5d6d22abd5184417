package io.earwitness.portal.scim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A filter (RFC 7644 section 3.4.2.2) of the kind that identity providers use to find one resource:
 * comparisons by {@code eq}, joined by {@code and}.
 *
 * <pre>
 * filter     = comparison *(SP "and" SP comparison)
 * comparison = attrPath SP "eq" SP compValue        ; compValue is a JSON string, number or boolean
 * </pre>
 *
 * @param comparisons at least one; all must hold
 */
public record ScimFilter(List<Comparison> comparisons) {
  private static final int MAX_LENGTH = 2_000;
  private static final String UNDERSTOOD =
      "understood are comparisons by eq, joined by and, such as userName eq \"anna@example.com\"";

  public ScimFilter {
    comparisons = List.copyOf(comparisons);
  }

  /**
   * One comparison.
   *
   * @param attribute in lower case, without the schema's URN before it
   * @param value a string, number or boolean
   */
  public record Comparison(String attribute, JsonNode value) {
    /** Whether an element of a multi-valued attribute is meant. */
    boolean holds(JsonNode element) {
      JsonNode there = ScimAttributes.member(element, attribute);
      if (there == null) {
        return false;
      }
      return attribute.equals("type") || attribute.equals("primary")
          ? there.asText().equalsIgnoreCase(value.asText())
          : there.asText().equals(value.asText());
    }
  }

  /**
   * Reads a filter.
   *
   * @throws ScimException invalidFilter
   */
  public static ScimFilter parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw ScimException.invalidFilter(
          "filter is longer than %d characters.".formatted(MAX_LENGTH));
    }
    return new Parser(text).filter();
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    ScimFilter filter() {
      List<Comparison> all = new ArrayList<>();
      do {
        all.add(comparison());
      } while (and());
      return new ScimFilter(all);
    }

    private Comparison comparison() {
      String attribute = word();
      if (attribute.isEmpty()) {
        throw wrong("an attribute is expected");
      }
      String operator = word();
      if (!operator.equalsIgnoreCase("eq")) {
        throw wrong("the operator '%s' is not understood".formatted(operator));
      }
      return new Comparison(
          ScimAttributes.withoutSchema(attribute).toLowerCase(Locale.ROOT), value());
    }

    private boolean and() {
      blanks();
      if (at == text.length()) {
        return false;
      }
      String word = word();
      if (!word.equalsIgnoreCase("and")) {
        throw wrong("'%s' is not understood".formatted(word.isEmpty() ? rest() : word));
      }
      return true;
    }

    private String word() {
      blanks();
      int from = at;
      while (at < text.length() && isOfName(text.charAt(at))) {
        at++;
      }
      return text.substring(from, at);
    }

    private static boolean isOfName(char c) {
      return Character.isLetterOrDigit(c) || ":.$_-".indexOf(c) >= 0;
    }

    private JsonNode value() {
      blanks();
      int from = at;
      if (at < text.length() && text.charAt(at) == '"') {
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
          at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
      } else {
        while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
          at++;
        }
      }
      if (at > text.length() || from == at) {
        throw wrong("a value is expected after eq");
      }
      // Entra ID writes True and False now and then
      String json = text.substring(from, at);
      if (json.equalsIgnoreCase("true") || json.equalsIgnoreCase("false")) {
        json = json.toLowerCase(Locale.ROOT);
      }
      try {
        JsonNode value = Json.mapper().readTree(json);
        if (value != null && value.isValueNode() && !value.isNull()) {
          return value;
        }
      } catch (JsonProcessingException _) {
        // told below
      }
      throw wrong("'%s' is no value; a text stands in quotation marks".formatted(json));
    }

    private void blanks() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private String rest() {
      String rest = text.substring(Math.min(at, text.length()));
      return rest.length() <= 40 ? rest : rest.substring(0, 40) + "…";
    }

    private ScimException wrong(String what) {
      return ScimException.invalidFilter(
          "filter: %s, at character %d; %s."
              .formatted(what, Math.min(at, text.length()) + 1, UNDERSTOOD));
    }
  }
}
