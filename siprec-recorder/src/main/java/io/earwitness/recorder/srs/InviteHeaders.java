package io.earwitness.recorder.srs;

import io.earwitness.call.AddressOfRecord;
import io.earwitness.call.VendorDatum;
import io.earwitness.recorder.metadata.RecordingMetadata;
import io.earwitness.recorder.metadata.RecordingMetadata.DataMode;
import io.earwitness.recorder.metadata.RecordingMetadata.NameId;
import io.earwitness.recorder.metadata.RecordingMetadata.Participant;
import io.earwitness.recorder.metadata.RecordingMetadata.ParticipantStreamAssoc;
import io.earwitness.recorder.metadata.RecordingMetadata.Stream;
import io.earwitness.recorder.sip.SipHeader;
import io.earwitness.recorder.sip.SipHeaders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of an INVITE tell of the recorded call: of some SRCs they are all there is.
 * Cisco's network-based recording names the participants in headers of its own; a Cisco phone's
 * built-in bridge, in parameters of the From address.
 */
final class InviteHeaders {
  private static final Set<String> TELLING =
      Set.of(
          "diversion",
          "history-info",
          "refer-to",
          "referred-by",
          "replaces",
          "user-to-user",
          "p-asserted-identity",
          "remote-party-id",
          "p-charging-vector",
          "session-id",
          "cisco-guid",
          "cisco-gucid");

  /** In names of headers that may hold what gives access to something. */
  private static final Pattern SECRET = Pattern.compile("auth|token|secret|passw|credential|key");

  private static final String CISCO_PARTICIPANT = "X-Cisco-Recording-Participant";
  private static final Pattern MEDIA_INDEX =
      Pattern.compile("(?i);\\s*media-index\\s*+=\\s*+\"?+\\s*+([0-9][0-9 ,]{0,40})");
  private static final Pattern URI_PARAMETER = Pattern.compile(";(x-[a-z]{1,40})(?:=([^;>\\s]*))?");
  private static final int MAX_PARTICIPANTS = 20;

  private InviteHeaders() {}

  /** Headers that tell something of the recorded call, those of vendors among them. */
  static List<VendorDatum> vendorData(SipHeaders headers) {
    List<VendorDatum> data = new ArrayList<>();
    for (SipHeader header : headers.list()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      boolean vendors = name.startsWith("x-") && !SECRET.matcher(name).find();
      if (vendors || TELLING.contains(name)) {
        data.add(new VendorDatum(header.name(), header.value()));
      }
    }
    bridgeParameters(headers).forEach((name, value) -> data.add(new VendorDatum(name, value)));
    return data;
  }

  /**
   * The participants, as a metadata document would tell of them; empty where no header does. The
   * label of a stream is that of {@link #label}.
   */
  static Optional<RecordingMetadata> participants(SipHeaders headers) {
    List<String> participants = headers.all(CISCO_PARTICIPANT);
    if (!participants.isEmpty()) {
      return Optional.of(networkBased(participants));
    }
    Map<String, String> bridge = bridgeParameters(headers);
    boolean near = bridge.containsKey("x-nearend");
    return near || bridge.containsKey("x-farend")
        ? Optional.of(builtInBridge(headers, bridge, near))
        : Optional.empty();
  }

  /** What stands for the label of an m-line where the SDP has none and headers count them. */
  static String label(int index) {
    return "m-line " + index;
  }

  private static RecordingMetadata networkBased(List<String> headers) {
    List<Participant> participants = new ArrayList<>();
    List<ParticipantStreamAssoc> associations = new ArrayList<>();
    Map<String, Stream> streams = new LinkedHashMap<>();
    for (String header : headers.subList(0, Math.min(headers.size(), MAX_PARTICIPANTS))) {
      Matcher index = MEDIA_INDEX.matcher(header);
      List<String> labels = new ArrayList<>();
      if (index.find()) {
        for (String number : index.group(1).strip().split("[ ,]+", -1)) {
          if (number.matches("[0-9]{1,2}")) {
            labels.add(label(Integer.parseInt(number)));
          }
        }
      }
      String aor = header.contains("<") ? header : header.split(";", 2)[0];
      add(uri(aor), null, labels, participants, associations, streams);
    }
    return document(participants, associations, streams);
  }

  /** Each of the two dialogs of a call carries the voice of one end and names both. */
  private static RecordingMetadata builtInBridge(
      SipHeaders headers, Map<String, String> parameters, boolean near) {
    List<Participant> participants = new ArrayList<>();
    List<ParticipantStreamAssoc> associations = new ArrayList<>();
    Map<String, Stream> streams = new LinkedHashMap<>();
    String from = headers.first("From").orElse("");
    String user = AddressOfRecord.parse(from).user();
    String nearEnd = parameters.getOrDefault("x-nearendaddr", user == null ? "" : user);
    String farEnd = parameters.getOrDefault("x-farendaddr", "");
    List<String> heard = List.of(label(0));
    if (!nearEnd.isEmpty()) {
      add(nearEnd, name(from), near ? heard : List.of(), participants, associations, streams);
    }
    if (!farEnd.isEmpty()) {
      add(farEnd, null, near ? List.of() : heard, participants, associations, streams);
    }
    return document(participants, associations, streams);
  }

  private static void add(
      String aor,
      @Nullable String name,
      List<String> labels,
      List<Participant> participants,
      List<ParticipantStreamAssoc> associations,
      Map<String, Stream> streams) {
    String id = "aor " + aor;
    participants.add(new Participant(id, List.of(new NameId(aor, name, null)), List.of()));
    associations.add(new ParticipantStreamAssoc(id, labels, List.of(), null, null));
    labels.forEach(label -> streams.put(label, new Stream(label, null, label, List.of())));
  }

  private static RecordingMetadata document(
      List<Participant> participants,
      List<ParticipantStreamAssoc> associations,
      Map<String, Stream> streams) {
    return new RecordingMetadata(
        null,
        DataMode.COMPLETE,
        List.of(),
        List.of(),
        participants,
        List.copyOf(streams.values()),
        List.of(),
        List.of(),
        associations,
        List.of(),
        false,
        List.of(),
        List.of());
  }

  /** Cisco's {@code x-} parameters of the From address; empty if there are none. */
  private static Map<String, String> bridgeParameters(SipHeaders headers) {
    Map<String, String> parameters = new LinkedHashMap<>();
    String from = headers.first("From").orElse("");
    Matcher matcher = URI_PARAMETER.matcher(from);
    while (matcher.find()) {
      parameters.putIfAbsent(
          matcher.group(1).toLowerCase(Locale.ROOT),
          matcher.group(2) == null ? "" : matcher.group(2));
    }
    return parameters;
  }

  private static String uri(String address) {
    int open = address.lastIndexOf('<');
    int close = address.indexOf('>', open + 1);
    return open < 0 || close < 0 ? address.strip() : address.substring(open + 1, close).strip();
  }

  private static @Nullable String name(String from) {
    int open = from.indexOf('<');
    String name = open < 0 ? "" : from.substring(0, open).replace("\"", "").strip();
    return name.isEmpty() ? null : name;
  }
}
