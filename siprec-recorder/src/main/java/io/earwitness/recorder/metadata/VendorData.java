package io.earwitness.recorder.metadata;

import io.earwitness.call.VendorDatum;
import io.earwitness.recorder.metadata.RecordingMetadata.ExtensionItem;
import io.earwitness.recorder.metadata.RecordingMetadata.NameId;
import io.earwitness.recorder.metadata.RecordingMetadata.Participant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what the SRC tells beside the standard's own elements, each pair once. */
final class VendorData {
  private final Set<VendorDatum> data = new LinkedHashSet<>();

  void add(RecordingMetadata document) {
    document.extensions().forEach(this::add);
    document.groups().forEach(group -> group.extensions().forEach(this::add));
    document
        .sessions()
        .forEach(
            session -> {
              session.reasons().forEach(reason -> add(new VendorDatum("reason", reason)));
              session.extensions().forEach(this::add);
            });
    document.participants().forEach(this::add);
    document.streams().forEach(stream -> stream.extensions().forEach(this::add));
  }

  private void add(Participant participant) {
    for (ExtensionItem item : participant.extensions()) {
      if (!Member.isCallingParty(item)) {
        add(item);
      } else if (Member.isTrue(item)) {
        String aor = aor(participant);
        add(new VendorDatum(item.name(), aor == null ? "participant " + participant.id() : aor));
      }
    }
  }

  private static @Nullable String aor(Participant participant) {
    for (NameId nameId : participant.nameIds()) {
      if (nameId.aor() != null) {
        return nameId.aor();
      }
    }
    return null;
  }

  private void add(ExtensionItem item) {
    add(new VendorDatum(name(item), item.value()));
  }

  /** {@code <header label="Diversion">} is the header itself. */
  static String name(ExtensionItem item) {
    if (item.label() == null) {
      return item.name();
    }
    return item.name().equals("header") ? item.label() : item.name() + " " + item.label();
  }

  void add(VendorDatum datum) {
    if (!datum.value().isBlank() && data.size() < VendorDatum.MAX_PER_CALL) {
      data.add(datum);
    }
  }

  List<VendorDatum> list() {
    return List.copyOf(data);
  }
}
