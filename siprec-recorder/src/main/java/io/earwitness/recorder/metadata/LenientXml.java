package io.earwitness.recorder.metadata;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import org.jspecify.annotations.Nullable;

/**
 * Tags and text into elements, from text that only resembles XML: undeclared prefixes, bare
 * ampersands, unquoted attributes, missing and mismatched end tags, a cut end. Never fails; notes
 * what it met. Time is linear in the text, whatever the text is. Not thread-safe, for one use.
 */
final class LenientXml {
  private static final int PROBLEMS = 10;
  private static final int ATTRIBUTE_LENGTH = 4096;
  private static final int ENTITY_LENGTH = 12;

  /** Searches that may fail before the rest is given up: each may read far ahead. */
  private static final int FAILED_SEARCHES = 100;

  private record Open(
      XmlElement element, String qualifiedName, int at, Map<String, String> prefixes) {}

  private final String text;
  private final List<String> problems = new ArrayList<>();
  private final List<Open> stack = new ArrayList<>();
  private final XmlElement document = new XmlElement("");
  private int position;
  private int elements;
  private int failedSearches;

  LenientXml(String text) {
    this.text = text;
  }

  /** What was wrong, at most ten of them, each with line and column. */
  List<String> problems() {
    return problems;
  }

  /** A nameless element that holds all outermost elements. */
  XmlElement parse() {
    while (position < text.length() && failedSearches < FAILED_SEARCHES) {
      int tag = text.indexOf('<', position);
      int end = tag < 0 ? text.length() : tag;
      if (end > position) {
        current().addText(unescape(text.substring(position, end), position));
      }
      position = end;
      if (tag >= 0) {
        markup();
      }
    }
    for (int i = stack.size() - 1; i >= 0; i--) {
      unclosed(stack.get(i));
    }
    return document;
  }

  private void markup() {
    if (text.startsWith("<!--", position)) {
      skip(4, "-->", "comment");
    } else if (text.startsWith("<![CDATA[", position)) {
      int from = position + 9;
      if (skip(9, "]]>", "CDATA section")) {
        current().addText(text.substring(from, position - 3));
      }
    } else if (text.startsWith("<?", position)) {
      skip(2, "?>", "processing instruction");
    } else if (text.startsWith("<!", position)) {
      documentType();
    } else if (text.startsWith("</", position)) {
      endTag();
    } else if (position + 1 < text.length() && isNameStart(text.charAt(position + 1))) {
      startTag();
    } else {
      problem(position, "an unescaped '<'");
      current().addText("<");
      position++;
    }
  }

  private boolean skip(int opening, String closing, String what) {
    int end = text.indexOf(closing, position + opening);
    if (end < 0) {
      problem(position, "a " + what + " that doesn't end");
      failedSearches++;
      position += opening;
      return false;
    }
    position = end + closing.length();
    return true;
  }

  private void documentType() {
    problem(position, "a document type declaration; left out");
    int brackets = 0;
    for (int i = position; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '[') {
        brackets++;
      } else if (c == ']') {
        brackets--;
      } else if (c == '>' && brackets <= 0) {
        position = i + 1;
        return;
      }
    }
    failedSearches++;
    position += 2;
  }

  private void endTag() {
    int at = position;
    position += 2;
    String name = name();
    int close = position;
    while (close < text.length() && text.charAt(close) != '>' && text.charAt(close) != '<') {
      close++;
    }
    position = close < text.length() && text.charAt(close) == '>' ? close + 1 : close;
    int match = stack.size() - 1;
    while (match >= 0 && !stack.get(match).qualifiedName.equals(name)) {
      match--;
    }
    if (match < 0) {
      problem(at, "an end tag '%s' without a start tag".formatted(name));
      return;
    }
    while (stack.size() > match + 1) {
      unclosed(stack.removeLast());
    }
    stack.removeLast();
  }

  private void startTag() {
    int at = position++;
    String name = name();
    XmlElement element = new XmlElement(XmlElement.localName(name));
    Map<String, String> prefixes = new HashMap<>();
    boolean empty = attributes(element, prefixes);
    if (++elements > XmlLimits.ELEMENTS) {
      problem(at, "more than %d elements; the rest is left out".formatted(XmlLimits.ELEMENTS));
      position = text.length();
      return;
    }
    int colon = name.indexOf(':');
    String prefix = colon > 0 ? name.substring(0, colon) : "";
    element.namespace = namespace(prefix, prefixes);
    if (colon > 0 && element.namespace == null) {
      problem(at, "the prefix '%s' is not declared".formatted(name.substring(0, colon)));
    }
    if (stack.size() >= XmlLimits.DEPTH) {
      problem(at, "more than %d levels; left out".formatted(XmlLimits.DEPTH));
      return;
    }
    current().children.add(element);
    if (!empty) {
      stack.add(new Open(element, name, at, prefixes));
    }
  }

  /** What a prefix, or the empty one, stands for; null if nothing says so. */
  private @Nullable String namespace(String prefix, Map<String, String> here) {
    if (prefix.equals("xml")) {
      return XMLConstants.XML_NS_URI;
    }
    String namespace = here.get(prefix);
    for (int i = stack.size() - 1; namespace == null && i >= 0; i--) {
      namespace = stack.get(i).prefixes.get(prefix);
    }
    return namespace;
  }

  /** Reads up to and including the end of the tag; whether the element is empty. */
  private boolean attributes(XmlElement element, Map<String, String> prefixes) {
    int count = 0;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '>') {
        position++;
        return false;
      }
      if (c == '<') {
        problem(position, "a tag '%s' that doesn't end".formatted(element.name));
        return false;
      }
      if (text.startsWith("/>", position)) {
        position += 2;
        return true;
      }
      if (!isNameStart(c)) {
        position++;
        continue;
      }
      int at = position;
      String name = name();
      spaces();
      if (position >= text.length() || text.charAt(position) != '=') {
        continue;
      }
      position++;
      spaces();
      String value = attributeValue(name);
      if (++count > XmlLimits.ATTRIBUTES) {
        problem(at, "more than %d attributes; left out".formatted(XmlLimits.ATTRIBUTES));
      } else if (name.startsWith("xmlns:")) {
        prefixes.put(name.substring(6), value);
      } else if (name.equals("xmlns")) {
        prefixes.put("", value);
      } else {
        element.attributes.putIfAbsent(XmlElement.localName(name), value);
      }
    }
    return false;
  }

  private String attributeValue(String name) {
    int at = position;
    char quote = at < text.length() ? text.charAt(at) : ' ';
    if (quote == '"' || quote == '\'') {
      int limit = Math.min(text.length(), at + ATTRIBUTE_LENGTH);
      for (int i = at + 1; i < limit && text.charAt(i) != '<'; i++) {
        if (text.charAt(i) == quote) {
          position = i + 1;
          return unescape(text.substring(at + 1, i), at + 1);
        }
      }
      failedSearches++;
      at++;
    }
    problem(at, "the value of the attribute '%s' is not quoted".formatted(name));
    int end = at;
    while (end < text.length() && !isTagDelimiter(text.charAt(end))) {
      end++;
    }
    position = end;
    return unescape(text.substring(at, end), at);
  }

  private String name() {
    int from = position;
    while (position < text.length() && isNamePart(text.charAt(position))) {
      position++;
    }
    if (position - from <= XmlLimits.NAME) {
      return text.substring(from, position);
    }
    problem(from, "a name of %d characters; cut".formatted(position - from));
    return text.substring(from, from + XmlLimits.NAME);
  }

  private void spaces() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private static boolean isTagDelimiter(char c) {
    return c == '>' || c == '<' || Character.isWhitespace(c);
  }

  private static boolean isNameStart(char c) {
    return Character.isLetter(c) || c == '_';
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.' || c == ':';
  }

  private String unescape(String raw, int offset) {
    int ampersand = raw.indexOf('&');
    if (ampersand < 0) {
      return raw;
    }
    StringBuilder out = new StringBuilder(raw.length());
    int done = 0;
    while (ampersand >= 0) {
      out.append(raw, done, ampersand);
      int semicolon = ampersand + 1;
      int limit = Math.min(raw.length(), ampersand + ENTITY_LENGTH);
      while (semicolon < limit && raw.charAt(semicolon) != ';') {
        semicolon++;
      }
      String entity = semicolon < limit ? raw.substring(ampersand + 1, semicolon) : "";
      String replacement = replacement(entity);
      if (replacement.isEmpty()) {
        problem(offset + ampersand, "an unescaped '&'");
        out.append('&');
        done = ampersand + 1;
      } else {
        out.append(replacement);
        done = semicolon + 1;
      }
      ampersand = raw.indexOf('&', done);
    }
    return out.append(raw, done, raw.length()).toString();
  }

  private static String replacement(String entity) {
    return switch (entity) {
      case "amp" -> "&";
      case "lt" -> "<";
      case "gt" -> ">";
      case "quot" -> "\"";
      case "apos" -> "'";
      default -> entity.startsWith("#") ? character(entity.substring(1)) : "";
    };
  }

  private static String character(String digits) {
    try {
      int code =
          digits.startsWith("x")
              ? Integer.parseInt(digits.substring(1), 16)
              : Integer.parseInt(digits);
      boolean character =
          Character.isValidCodePoint(code)
              && code > 0
              && (code < Character.MIN_SURROGATE || code > Character.MAX_SURROGATE);
      return character ? Character.toString(code) : "\uFFFD";
    } catch (NumberFormatException e) {
      return "";
    }
  }

  private XmlElement current() {
    return stack.isEmpty() ? document : stack.getLast().element;
  }

  private void unclosed(Open open) {
    problem(open.at, "the element '%s' is not closed".formatted(open.qualifiedName));
  }

  private void problem(int at, String what) {
    if (problems.size() >= PROBLEMS) {
      return;
    }
    int line = 1;
    int lineStart = 0;
    for (int i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) {
      line++;
      lineStart = i + 1;
    }
    problems.add("line %d, column %d: %s".formatted(line, at - lineStart + 1, what));
  }
}
