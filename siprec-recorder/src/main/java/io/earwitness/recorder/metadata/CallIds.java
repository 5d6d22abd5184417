package io.earwitness.recorder.metadata;

import io.earwitness.call.VendorDatum;
import io.earwitness.recorder.metadata.RecordingMetadata.ExtensionItem;
import io.earwitness.recorder.metadata.RecordingMetadata.Session;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects the identifiers of the recorded calls. */
final class CallIds {
  private static final int MAX_IDS = 100;
  private static final int MAX_LENGTH = 256;
  private static final Pattern NIL = Pattern.compile("[0-]*");

  /**
   * Endings of the local names under which vendors give ids (Avaya, BroadWorks, Cisco, Genesys,
   * Sonus).
   */
  private static final List<String> VENDOR_IDS =
      List.of(
          "ucid",
          "guid",
          "uuid",
          "gcid",
          "gucid",
          "gci",
          "callid",
          "ucallid",
          "sessionid",
          "trackingid",
          "refci",
          "correlationinfo",
          "conversationid");

  private final Set<String> ids = new LinkedHashSet<>();

  void add(RecordingMetadata document) {
    for (Session session : document.sessions()) {
      for (String sipSessionId : session.sipSessionIds()) {
        // RFC 7989: local-uuid;remote=remote-uuid
        int remote = sipSessionId.indexOf(";remote=");
        add(remote < 0 ? sipSessionId : sipSessionId.substring(0, remote));
        add(remote < 0 ? null : sipSessionId.substring(remote + 8));
      }
    }
    document.sessions().forEach(session -> add(session.id()));
    document.groups().forEach(group -> add(group.id()));
    document.sessions().forEach(session -> add(session.groupRef()));
    add(document.recordingId());
    document.extensions().forEach(this::add);
    document.groups().forEach(group -> group.extensions().forEach(this::add));
    document.sessions().forEach(session -> session.extensions().forEach(this::add));
    document.participants().forEach(participant -> participant.extensions().forEach(this::add));
    document.streams().forEach(stream -> stream.extensions().forEach(this::add));
  }

  List<String> list() {
    return List.copyOf(ids);
  }

  private void add(ExtensionItem item) {
    add(new VendorDatum(VendorData.name(item), item.value()));
  }

  /** Takes the value if it is an identifier: by its name, or because it is a UCID. */
  void add(VendorDatum datum) {
    int parameters = datum.value().indexOf(';');
    String value = parameters < 0 ? datum.value() : datum.value().substring(0, parameters);
    String ucid = Ucid.digits(value.strip());
    if (ucid != null || isVendorId(datum.name())) {
      add(value);
      add(ucid);
    }
  }

  /** The element's local name or its label. */
  private static boolean isVendorId(String name) {
    for (String part : name.substring(name.lastIndexOf('/') + 1).split(" ", -1)) {
      String key = part.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
      if (VENDOR_IDS.stream().anyMatch(key::endsWith)) {
        return true;
      }
    }
    return false;
  }

  private void add(@Nullable String id) {
    if (id != null) {
      String stripped = id.strip();
      boolean useful = stripped.length() <= MAX_LENGTH && !NIL.matcher(stripped).matches();
      if (useful && ids.size() < MAX_IDS) {
        ids.add(stripped);
      }
    }
  }
}
