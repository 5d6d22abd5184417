package io.earwitness.recorder.metadata;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads values out of elements, in the ways in which the dialects write them. */
final class Elements {
  /** Some SBCs write the beginning of 1970, give or take a time zone, for "not yet". */
  private static final Instant NO_TIME_BEFORE = Instant.EPOCH.plus(Duration.ofDays(2));

  private Elements() {}

  /** The first of these attributes that is present; empty if none is. */
  static String id(XmlElement element, String... attributes) {
    String id = value(element.attribute(attributes));
    return id == null ? "" : id;
  }

  static @Nullable XmlElement child(XmlElement element, String key) {
    for (XmlElement child : element.children) {
      if (child.key().equals(key)) {
        return child;
      }
    }
    return null;
  }

  /** The texts of all children of this name that have one. */
  static List<String> texts(XmlElement element, String key) {
    List<String> texts = new ArrayList<>();
    for (XmlElement child : element.children) {
      String text = child.key().equals(key) ? value(child.text()) : null;
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  /** Ids of streams: as text, or each in an element {@code id} of its own. */
  static List<String> references(XmlElement element, String key) {
    List<String> ids = new ArrayList<>(texts(element, key));
    for (XmlElement child : element.children) {
      if (child.key().equals(key)) {
        ids.addAll(texts(child, "id"));
      }
    }
    return ids;
  }

  /** The time under the first of these names that is present. */
  static @Nullable MetadataTime time(XmlElement element, String... keys) {
    for (String key : keys) {
      String text = first(texts(element, key));
      if (text != null) {
        return MetadataTime.parse(text);
      }
    }
    return null;
  }

  /** When something ended; null if it has not. */
  static @Nullable MetadataTime end(XmlElement element, String... keys) {
    MetadataTime time = time(element, keys);
    Instant instant = time == null ? null : time.instant();
    return instant != null && instant.isBefore(NO_TIME_BEFORE) ? null : time;
  }

  static @Nullable String first(List<String> texts) {
    return texts.isEmpty() ? null : texts.getFirst();
  }

  static @Nullable String value(@Nullable String text) {
    return text == null || text.isBlank() ? null : XmlLimits.cut(text.strip(), XmlLimits.VALUE);
  }

  /** On one line and without the quotes of a SIP display name (RFC 3261 §25.1). */
  static @Nullable String displayName(String text) {
    String name = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    if (name.length() >= 2 && name.startsWith("\"") && name.endsWith("\"")) {
      name = name.substring(1, name.length() - 1).strip();
    }
    return value(name);
  }
}
