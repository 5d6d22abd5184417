package io.earwitness.portal.scim;

import io.earwitness.portal.scim.ScimAttributes.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Where a patch applies (RFC 7644 section 3.5.2).
 *
 * <pre>
 * PATH      = attrPath / valuePath [subAttr]
 * valuePath = attrPath "[" valFilter "]"
 * subAttr   = "." ATTRNAME
 * </pre>
 *
 * @param attribute as RFC 7643 writes it
 * @param which of a multi-valued attribute the elements that are meant; null for all
 * @param sub the attribute of an element, or of a complex attribute; null for the whole
 */
record ScimPath(String attribute, Kind kind, @Nullable ScimFilter which, @Nullable String sub) {

  /**
   * Reads a path.
   *
   * @throws ScimException invalidPath, or invalidFilter for what stands in its brackets
   */
  static ScimPath parse(String text) {
    String path = ScimAttributes.withoutSchema(text.strip());
    if (ScimAttributes.kind(path) == Kind.IGNORED) {
      return new ScimPath(path, Kind.IGNORED, null, null);
    }
    int open = path.indexOf('[');
    int close = path.lastIndexOf(']');
    if (open < 0) {
      int dot = path.indexOf('.');
      return of(
          text,
          dot < 0 ? path : path.substring(0, dot),
          null,
          dot < 0 ? null : path.substring(dot + 1));
    }
    String after = close < open ? "" : path.substring(close + 1);
    if (close < open || (!after.isEmpty() && !after.startsWith("."))) {
      throw ScimException.invalidPath(
          "path '%s' is none: a bracket is not closed, or more than .name follows it."
              .formatted(text));
    }
    return of(
        text,
        path.substring(0, open),
        ScimFilter.parse(path.substring(open + 1, close)),
        after.isEmpty() ? null : after.substring(1));
  }

  private static ScimPath of(
      String text, String attribute, @Nullable ScimFilter which, @Nullable String sub) {
    Kind kind = ScimAttributes.kind(attribute);
    if (kind == null || (kind == Kind.SIMPLE && sub != null)) {
      throw ScimException.invalidPath("There is no attribute '%s'.".formatted(text));
    }
    if (which != null && kind != Kind.MULTI && kind != Kind.IGNORED) {
      throw ScimException.invalidPath(
          "'%s': %s has one value, of which none can be chosen.".formatted(text, attribute));
    }
    return new ScimPath(ScimAttributes.name(attribute), kind, which, sub);
  }
}
