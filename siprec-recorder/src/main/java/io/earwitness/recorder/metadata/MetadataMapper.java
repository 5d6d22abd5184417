package io.earwitness.recorder.metadata;

import static io.earwitness.recorder.metadata.Elements.child;
import static io.earwitness.recorder.metadata.Elements.displayName;
import static io.earwitness.recorder.metadata.Elements.first;
import static io.earwitness.recorder.metadata.Elements.id;
import static io.earwitness.recorder.metadata.Elements.references;
import static io.earwitness.recorder.metadata.Elements.texts;
import static io.earwitness.recorder.metadata.Elements.value;

import io.earwitness.recorder.metadata.RecordingMetadata.DataMode;
import io.earwitness.recorder.metadata.RecordingMetadata.ExtensionItem;
import io.earwitness.recorder.metadata.RecordingMetadata.Group;
import io.earwitness.recorder.metadata.RecordingMetadata.NameId;
import io.earwitness.recorder.metadata.RecordingMetadata.Participant;
import io.earwitness.recorder.metadata.RecordingMetadata.ParticipantSessionAssoc;
import io.earwitness.recorder.metadata.RecordingMetadata.ParticipantStreamAssoc;
import io.earwitness.recorder.metadata.RecordingMetadata.Session;
import io.earwitness.recorder.metadata.RecordingMetadata.SessionRecordingAssoc;
import io.earwitness.recorder.metadata.RecordingMetadata.Stream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Elements into the model. Knows the dialects: {@code id}, {@code session} for {@code x_id}, {@code
 * session_id}; {@code send} and {@code recv} inside a participant; {@code aor} and {@code name}
 * without {@code nameID} around them; times on objects that have none in RFC 7865; extension data
 * that names its object in {@code parent}; objects that ended up inside others because an end tag
 * is missing.
 */
final class MetadataMapper {
  private static final int MAX_REMARKS = 20;

  private final boolean malformed;
  private final List<String> remarks;
  private final MetadataDeviations deviations = new MetadataDeviations();
  private String recordingId = "";
  private @Nullable DataMode dataMode;
  private final ExtensionData extensionData = new ExtensionData();
  private final List<Group> groups = new ArrayList<>();
  private final List<Session> sessions = new ArrayList<>();
  private final List<Participant> participants = new ArrayList<>();
  private final List<Stream> streams = new ArrayList<>();
  private final List<SessionRecordingAssoc> sessionRecordings = new ArrayList<>();
  private final List<ParticipantSessionAssoc> participantSessions = new ArrayList<>();
  private final List<ParticipantStreamAssoc> participantStreams = new ArrayList<>();
  private final List<ExtensionItem> extensions = new ArrayList<>();

  /** Extension data of the root by the id of the object that it says it belongs to. */
  private final Map<String, List<XmlElement>> attached = new LinkedHashMap<>();

  MetadataMapper(boolean malformed, List<String> remarks) {
    this.malformed = malformed;
    this.remarks = remarks;
  }

  RecordingMetadata map(XmlElement document) {
    if (malformed) {
      deviations.notWellFormed(remarks);
    }
    XmlElement root = recording(document);
    deviations.root(root);
    recordingId = id(root, "recording_id", "id");
    String mode = root.attribute("dataMode");
    if (mode != null) {
      deviations.dataMode(root, true, mode);
      dataMode = dataMode(mode);
    }
    for (XmlElement child : root.children) {
      if (child.key().equals("extensiondata")) {
        attached.computeIfAbsent(id(child, "parent"), id -> new ArrayList<>()).add(child);
      }
    }
    for (XmlElement child : root.children) {
      if (isRecording(child)) {
        recordingId = recordingId.isEmpty() ? id(child, "recording_id", "id") : recordingId;
        child.children.forEach(item -> extensionData.read(item, extensions));
      } else if (!child.key().equals("extensiondata") && !topLevel(child)) {
        extensionData.read(child, extensions);
      }
    }
    for (List<XmlElement> ofNobody : attached.values()) {
      ofNobody.forEach(data -> content(data, extensions));
    }
    return new RecordingMetadata(
        recordingId.isEmpty() ? null : recordingId,
        dataMode == null ? DataMode.COMPLETE : dataMode,
        groups,
        sessions,
        participants,
        streams,
        sessionRecordings,
        participantSessions,
        participantStreams,
        extensions,
        malformed,
        remarks.subList(0, Math.min(MAX_REMARKS, remarks.size())),
        deviations.list());
  }

  private XmlElement recording(XmlElement document) {
    if (isRecording(document)) {
      return document;
    }
    for (XmlElement child : document.children) {
      if (isRecording(child)) {
        return child;
      }
    }
    if (!document.name.isEmpty() || document.children.size() != 1) {
      remarks.add("no element 'recording'");
      return document;
    }
    return recording(document.children.getFirst());
  }

  private static boolean isRecording(XmlElement element) {
    return element.key().equals("recording") || element.key().equals("recording_metadata");
  }

  /** Maps an object of RFC 7865; false if the element is none. */
  private boolean topLevel(XmlElement element) {
    switch (element.key()) {
      case "datamode" -> {
        deviations.dataMode(element, false, element.text());
        dataMode = dataMode(element.text());
      }
      case "group" -> group(element);
      case "session" -> session(element);
      case "participant" -> participant(element);
      case "stream" -> stream(element);
      case "sessionrecordingassoc" ->
          sessionRecordings.add(
              new SessionRecordingAssoc(
                  reference(element, "session_id", "session"),
                  time(element, "associate-time"),
                  end(element, "disassociate-time")));
      case "participantsessionassoc" ->
          participantSessions.add(
              new ParticipantSessionAssoc(
                  reference(element, "participant_id", "participant"),
                  reference(element, "session_id", "session"),
                  time(element, "associate-time"),
                  end(element, "disassociate-time")));
      case "participantstreamassoc" ->
          participantStreams.add(
              streamAssoc(reference(element, "participant_id", "participant"), element));
      default -> {
        return false;
      }
    }
    if (element.key().endsWith("assoc")) {
      element.children.stream().filter(child -> isObject(child)).forEach(this::topLevel);
    }
    return true;
  }

  private static boolean isObject(XmlElement element) {
    return switch (element.key()) {
      case "datamode",
          "group",
          "session",
          "participant",
          "stream",
          "sessionrecordingassoc",
          "participantsessionassoc",
          "participantstreamassoc" ->
          true;
      default -> false;
    };
  }

  private void group(XmlElement element) {
    String id = ownId(element, "group_id", "id");
    groups.add(
        new Group(
            id,
            time(element, "associate-time"),
            end(element, "disassociate-time"),
            extensionsOf(id, element, "associate-time", "disassociate-time")));
  }

  private void session(XmlElement element) {
    List<String> sipSessionIds = texts(element, "sipsessionid");
    deviations.sessionIds(element, sipSessionIds);
    MetadataTime start = time(element, "start-time");
    MetadataTime stop = end(element, "stop-time");
    String group = first(texts(element, "group-ref"));
    String id = ownId(element, "session_id", "id");
    sessions.add(
        new Session(
            id,
            sipSessionIds,
            texts(element, "reason"),
            group == null ? value(element.attribute("group")) : group,
            start == null ? time(element, "associate-time") : start,
            stop == null ? end(element, "disassociate-time") : stop,
            extensionsOf(
                id,
                element,
                "sipsessionid",
                "reason",
                "group-ref",
                "start-time",
                "stop-time",
                "associate-time",
                "disassociate-time")));
  }

  private void participant(XmlElement element) {
    String id = ownId(element, "participant_id", "id");
    List<NameId> nameIds = new ArrayList<>();
    for (XmlElement child : element.children) {
      if (child.key().equals("nameid")) {
        nameIds.add(nameId(child));
      }
    }
    if (nameIds.isEmpty() && child(element, "aor") != null) {
      nameIds.add(nameId(element));
    }
    participants.add(
        new Participant(
            id,
            nameIds,
            extensionsOf(
                id,
                element,
                "nameid",
                "aor",
                "name",
                "send",
                "recv",
                "start-time",
                "stop-time",
                "associate-time",
                "disassociate-time")));
    String session = value(element.attribute("session_id", "session"));
    if (session != null) {
      deviations.reference(element, "session_id", "session");
      participantSessions.add(
          new ParticipantSessionAssoc(
              id,
              session,
              time(element, "associate-time", "start-time"),
              end(element, "disassociate-time", "stop-time")));
    }
    if (child(element, "send") != null || child(element, "recv") != null) {
      deviations.sendInParticipant(element);
      participantStreams.add(streamAssoc(id, element));
    }
  }

  private NameId nameId(XmlElement element) {
    String aor = value(element.attribute("aor"));
    XmlElement name = child(element, "name");
    if (aor == null) {
      aor = first(texts(element, "aor"));
    }
    deviations.addressOfRecord(element, aor);
    element.children.stream().filter(MetadataMapper::isObject).forEach(this::topLevel);
    return new NameId(
        aor,
        name == null ? null : displayName(name.text()),
        name == null ? null : value(name.attribute("lang")));
  }

  private void stream(XmlElement element) {
    deviations.reference(element, "session_id", "session");
    String label = first(texts(element, "label"));
    String id = ownId(element, "stream_id", "id");
    streams.add(
        new Stream(
            // Several streams without an id are several streams all the same
            id.isEmpty() && label != null ? "label " + label : id,
            value(element.attribute("session_id", "session")),
            label,
            extensionsOf(
                id,
                element,
                "label",
                "mode",
                "start-time",
                "stop-time",
                "associate-time",
                "disassociate-time")));
  }

  private ParticipantStreamAssoc streamAssoc(String participantId, XmlElement element) {
    return new ParticipantStreamAssoc(
        participantId,
        references(element, "send"),
        references(element, "recv"),
        time(element, "associate-time"),
        end(element, "disassociate-time"));
  }

  /** What an object holds beside its own elements; misplaced objects are mapped on the way. */
  private List<ExtensionItem> extensionsOf(String id, XmlElement element, String... own) {
    List<ExtensionItem> items = new ArrayList<>();
    if (!id.isEmpty() && attached.containsKey(id)) {
      attached.remove(id).forEach(data -> content(data, items));
    }
    for (XmlElement child : element.children) {
      if (List.of(own).contains(child.key())) {
        continue;
      }
      if (child.key().equals("extensiondata")) {
        content(child, items);
      } else if (!topLevel(child)) {
        extensionData.read(child, items);
      }
    }
    return items;
  }

  private void content(XmlElement extension, List<ExtensionItem> items) {
    extension.children.forEach(item -> extensionData.read(item, items));
  }

  private static DataMode dataMode(String text) {
    return text.strip().toLowerCase(Locale.ROOT).equals("partial")
        ? DataMode.PARTIAL
        : DataMode.COMPLETE;
  }

  private String ownId(XmlElement element, String... attributes) {
    String id = id(element, attributes);
    deviations.ownId(element, id, attributes);
    return id;
  }

  private String reference(XmlElement element, String... attributes) {
    deviations.reference(element, attributes);
    return id(element, attributes);
  }

  private @Nullable MetadataTime time(XmlElement element, String... keys) {
    return noted(element, Elements.time(element, keys), keys);
  }

  private @Nullable MetadataTime end(XmlElement element, String... keys) {
    return noted(element, Elements.end(element, keys), keys);
  }

  private @Nullable MetadataTime noted(
      XmlElement element, @Nullable MetadataTime time, String... keys) {
    if (time != null) {
      deviations.time(element, String.join(" or ", keys), time);
    }
    return time;
  }
}
