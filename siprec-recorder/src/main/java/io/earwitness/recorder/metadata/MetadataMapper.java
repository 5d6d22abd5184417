package io.earwitness.recorder.metadata;

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
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Elements into the model. Knows the dialects: {@code id}, {@code session} for {@code x_id}, {@code
 * session_id}; {@code send} and {@code recv} inside a participant; times on objects that have none
 * in RFC 7865; objects that ended up inside others because an end tag is missing.
 */
final class MetadataMapper {
  private static final int MAX_REMARKS = 20;

  private final boolean malformed;
  private final List<String> remarks;
  private final MetadataDeviations deviations = new MetadataDeviations();
  private @Nullable String recordingId;
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
    recordingId = value(root.attribute("recording_id", "id"));
    String mode = root.attribute("dataMode");
    if (mode != null) {
      deviations.dataMode(root, true, mode);
      dataMode = dataMode(mode);
    }
    for (XmlElement child : root.children) {
      if (!topLevel(child)) {
        extensionData.read(child, extensions);
      }
    }
    return new RecordingMetadata(
        recordingId,
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
                  time(element, "disassociate-time")));
      case "participantsessionassoc" ->
          participantSessions.add(
              new ParticipantSessionAssoc(
                  reference(element, "participant_id", "participant"),
                  reference(element, "session_id", "session"),
                  time(element, "associate-time"),
                  time(element, "disassociate-time")));
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
    groups.add(
        new Group(
            ownId(element, "group_id", "id"),
            time(element, "associate-time"),
            time(element, "disassociate-time"),
            extensionsOf(element, "associate-time", "disassociate-time")));
  }

  private void session(XmlElement element) {
    List<String> sipSessionIds = texts(element, "sipsessionid");
    deviations.sessionIds(element, sipSessionIds);
    MetadataTime start = time(element, "start-time");
    MetadataTime stop = time(element, "stop-time");
    sessions.add(
        new Session(
            ownId(element, "session_id", "id"),
            sipSessionIds,
            texts(element, "reason"),
            first(texts(element, "group-ref")),
            start == null ? time(element, "associate-time") : start,
            stop == null ? time(element, "disassociate-time") : stop,
            extensionsOf(
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
    participants.add(
        new Participant(
            id,
            nameIds,
            extensionsOf(
                element, "nameid", "send", "recv", "associate-time", "disassociate-time")));
    String session = value(element.attribute("session_id", "session"));
    if (session != null) {
      deviations.reference(element, "session_id", "session");
      participantSessions.add(
          new ParticipantSessionAssoc(
              id, session, time(element, "associate-time"), time(element, "disassociate-time")));
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
    streams.add(
        new Stream(
            ownId(element, "stream_id", "id"),
            value(element.attribute("session_id", "session")),
            first(texts(element, "label")),
            extensionsOf(element, "label", "associate-time", "disassociate-time")));
  }

  private ParticipantStreamAssoc streamAssoc(String participantId, XmlElement element) {
    return new ParticipantStreamAssoc(
        participantId,
        texts(element, "send"),
        texts(element, "recv"),
        time(element, "associate-time"),
        time(element, "disassociate-time"));
  }

  /** What an object holds beside its own elements; misplaced objects are mapped on the way. */
  private List<ExtensionItem> extensionsOf(XmlElement element, String... own) {
    List<ExtensionItem> items = new ArrayList<>();
    for (XmlElement child : element.children) {
      if (List.of(own).contains(child.key())) {
        continue;
      }
      if (child.key().equals("extensiondata")) {
        child.children.forEach(item -> extensionData.read(item, items));
      } else if (!topLevel(child)) {
        extensionData.read(child, items);
      }
    }
    return items;
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

  private static String id(XmlElement element, String... attributes) {
    String id = value(element.attribute(attributes));
    return id == null ? "" : id;
  }

  private static @Nullable XmlElement child(XmlElement element, String key) {
    for (XmlElement child : element.children) {
      if (child.key().equals(key)) {
        return child;
      }
    }
    return null;
  }

  private static List<String> texts(XmlElement element, String key) {
    List<String> texts = new ArrayList<>();
    for (XmlElement child : element.children) {
      String text = child.key().equals(key) ? value(child.text()) : null;
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  private @Nullable MetadataTime time(XmlElement element, String key) {
    String text = first(texts(element, key));
    if (text == null) {
      return null;
    }
    MetadataTime time = MetadataTime.parse(text);
    deviations.time(element, key, time);
    return time;
  }

  private static @Nullable String first(List<String> texts) {
    return texts.isEmpty() ? null : texts.getFirst();
  }

  private static @Nullable String value(@Nullable String text) {
    return text == null || text.isBlank() ? null : XmlLimits.cut(text.strip(), XmlLimits.VALUE);
  }

  /** On one line and without the quotes of a SIP display name (RFC 3261 §25.1). */
  private static @Nullable String displayName(String text) {
    String name = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    if (name.length() >= 2 && name.startsWith("\"") && name.endsWith("\"")) {
      name = name.substring(1, name.length() - 1).strip();
    }
    return value(name);
  }
}
