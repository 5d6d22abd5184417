package io.earwitness.recorder.metadata;

import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.Deviations;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * In what one document departs from RFC 7865. Details name elements and lines, never what stands in
 * them. Not thread-safe, for one use.
 */
final class MetadataDeviations {
  private static final String NAMESPACE = "urn:ietf:params:xml:ns:recording:1";
  private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");
  private static final Pattern ZONE_WITHOUT_COLON = Pattern.compile("[+-][0-9]{2}([0-9]{2})?$");
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");

  /** RFC 7989 §5. */
  private static final Pattern SESSION_ID =
      Pattern.compile("(?i)[0-9a-f]{32}(\\s*;\\s*remote=[0-9a-f]{32})?");

  private final Deviations found = new Deviations();
  private final Set<String> ids = new HashSet<>();

  List<DeviationFound> list() {
    return found.list();
  }

  void notWellFormed(List<String> remarks) {
    String first = remarks.isEmpty() ? "" : remarks.getFirst();
    found.add(Deviation.METADATA_NOT_WELL_FORMED, QUOTED.matcher(first).replaceAll("'…'"));
  }

  void root(XmlElement root) {
    if (!root.name.equals("recording")) {
      found.add(Deviation.ROOT_NAME, at(root));
    }
    if (!NAMESPACE.equals(root.namespace)) {
      found.add(
          Deviation.NAMESPACE_WRONG,
          at(root) + " is in " + (root.namespace == null ? "no namespace" : root.namespace));
    }
  }

  /** The data mode, as text of this element or in an attribute of it. */
  void dataMode(XmlElement element, boolean attribute, String value) {
    if (attribute || !element.name.equals("datamode")) {
      found.add(
          Deviation.DATAMODE_SPELLING,
          attribute ? at(element) + ": an attribute dataMode" : at(element));
    }
    String mode = value.strip().toLowerCase(Locale.ROOT);
    if (!mode.equals("complete") && !mode.equals("partial")) {
      found.add(Deviation.DATAMODE_UNKNOWN, at(element));
    }
  }

  /** An object's own id; attributes in the order of preference, the RFC's first. */
  void ownId(XmlElement element, String id, String... attributes) {
    reference(element, attributes);
    if (id.isEmpty()) {
      found.add(Deviation.ID_MISSING, at(element));
      return;
    }
    if (!isUuid(id)) {
      found.add(Deviation.ID_NOT_UUID, at(element));
    }
    if (!ids.add(id)) {
      found.add(Deviation.ID_TWICE, at(element));
    }
  }

  /** The id of another object, in one of these attributes. */
  void reference(XmlElement element, String... attributes) {
    for (int i = 1; i < attributes.length; i++) {
      if (element.attribute(attributes[0]) == null && element.attribute(attributes[i]) != null) {
        found.add(
            Deviation.ID_ATTRIBUTE,
            "%s: %s in place of %s".formatted(at(element), attributes[i], attributes[0]));
      }
    }
  }

  /** A UUID's 16 bytes in base64 (RFC 7865 §6.10). */
  private static boolean isUuid(String id) {
    try {
      return id.length() == 24 && Base64.getDecoder().decode(id).length == 16;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  void time(XmlElement parent, String key, MetadataTime time) {
    String where = at(parent) + ", " + key;
    if (time.instant() == null) {
      found.add(Deviation.TIME_UNREADABLE, where);
    } else if (!time.zoned()) {
      found.add(Deviation.TIME_WITHOUT_ZONE, where);
    } else if (ZONE_WITHOUT_COLON.matcher(time.text()).find()) {
      found.add(Deviation.TIME_ZONE_FORM, where);
    }
  }

  void sendInParticipant(XmlElement participant) {
    found.add(Deviation.SEND_IN_PARTICIPANT, at(participant));
  }

  void addressOfRecord(XmlElement nameId, @Nullable String aor) {
    if (aor != null && !SCHEME.matcher(aor).matches()) {
      found.add(Deviation.AOR_WITHOUT_SCHEME, at(nameId));
    }
  }

  void sessionIds(XmlElement session, List<String> sipSessionIds) {
    if (!sipSessionIds.stream().allMatch(id -> SESSION_ID.matcher(id).matches())) {
      found.add(Deviation.SESSION_ID_FORM, at(session));
    }
  }

  private static String at(XmlElement element) {
    String name = element.name.isEmpty() ? "no element" : element.name;
    return element.line == 0 ? name : "line %d of the metadata: %s".formatted(element.line, name);
  }
}
