package io.earwitness.call;

/** An enum whose name in JSON, SQL and on the command line is fixed apart from its Java name. */
public interface WireName {
  /** The lower-case, hyphenated name that formats and APIs use; never changes once released. */
  String wireName();

  /**
   * The constant of {@code type} with this wire name.
   *
   * @throws IllegalArgumentException naming the text and the names that would do
   */
  static <E extends Enum<E> & WireName> E parse(Class<E> type, String wireName) {
    for (E constant : type.getEnumConstants()) {
      if (constant.wireName().equals(wireName)) {
        return constant;
      }
    }
    StringBuilder names = new StringBuilder();
    for (E constant : type.getEnumConstants()) {
      names.append(names.isEmpty() ? "" : ", ").append(constant.wireName());
    }
    throw new IllegalArgumentException(
        "'%s' is no %s; expected one of: %s".formatted(wireName, type.getSimpleName(), names));
  }
}
