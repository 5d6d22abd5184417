package io.earwitness.recorder.metadata;

import io.earwitness.call.AddressOfRecord;
import io.earwitness.recorder.metadata.RecordingMetadata.ExtensionItem;
import io.earwitness.recorder.metadata.RecordingMetadata.NameId;
import io.earwitness.recorder.metadata.RecordingMetadata.Participant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of one participant; kept when it has left. */
final class Member {
  private static final int MAX_NAME_IDS = 20;

  /** Digits from which on the end of a number may stand for the whole. */
  private static final int WITHOUT_COUNTRY_CODE = 7;

  /** How a member stood before or after a document. */
  record Standing(boolean present, Set<String> sends, Set<String> recvs, String title) {}

  final String id;
  final Set<String> sessions = new LinkedHashSet<>();
  final Set<String> sends = new LinkedHashSet<>();
  final Set<String> recvs = new LinkedHashSet<>();
  boolean present;

  /** On hold because it is no longer heard. */
  boolean silenced;

  /** On hold because it no longer hears anybody. */
  boolean deafened;

  @Nullable String lastLabel;
  private List<NameId> nameIds = List.of();
  private @Nullable Boolean saidToBeCalling;

  Member(String id) {
    this.id = id;
  }

  /** Takes over what a document says; what it leaves out stays as it was. */
  void update(Participant participant) {
    if (participant.nameIds().stream().anyMatch(n -> n.aor() != null || n.name() != null)) {
      nameIds = participant.nameIds().stream().limit(MAX_NAME_IDS).toList();
    }
    if (!participant.extensions().isEmpty()) {
      saidToBeCalling = saidToBeCalling(participant.extensions());
    }
  }

  /** With how many sessions and streams it is associated. */
  int associations() {
    return sessions.size() + sends.size() + recvs.size();
  }

  @Nullable String name() {
    for (NameId nameId : nameIds) {
      if (nameId.name() != null) {
        return nameId.name();
      }
    }
    return null;
  }

  @Nullable String aor() {
    for (NameId nameId : nameIds) {
      if (nameId.aor() != null) {
        return nameId.aor();
      }
    }
    return null;
  }

  @Nullable String number() {
    for (NameId nameId : nameIds) {
      String number = nameId.aor() == null ? null : AddressOfRecord.parse(nameId.aor()).number();
      if (number != null) {
        return number;
      }
    }
    return null;
  }

  /** Whether the SRC says that this is the calling party; null if it doesn't say. */
  @Nullable Boolean saidToBeCalling() {
    return saidToBeCalling;
  }

  private static @Nullable Boolean saidToBeCalling(List<ExtensionItem> extensions) {
    for (ExtensionItem item : extensions) {
      if (isCallingParty(item)) {
        return isTrue(item);
      }
    }
    return null;
  }

  /** Oracle's {@code callingParty}, in whichever spelling. */
  static boolean isCallingParty(ExtensionItem item) {
    return item.name().replace("-", "").equalsIgnoreCase("callingParty");
  }

  static boolean isTrue(ExtensionItem item) {
    return item.value().equalsIgnoreCase("true") || item.value().equals("1");
  }

  /** Whether one of its addresses is this one: the same number, or the same user. */
  boolean isAt(AddressOfRecord address) {
    for (NameId nameId : nameIds) {
      AddressOfRecord own = nameId.aor() == null ? null : AddressOfRecord.parse(nameId.aor());
      if (own == null) {
        continue;
      }
      String number = address.number();
      if (number != null && isSameNumber(digits(number), digits(own.number()))) {
        return true;
      }
      boolean elsewhere =
          own.host() != null && address.host() != null && !own.host().equals(address.host());
      if (number == null && address.user() != null && address.user().equals(own.user())) {
        return !elsewhere;
      }
    }
    return false;
  }

  /** One may be written with a country code, or a prefix for it, and the other without. */
  private static boolean isSameNumber(String one, String other) {
    boolean longEnough = Math.min(one.length(), other.length()) >= WITHOUT_COUNTRY_CODE;
    return one.equals(other) || longEnough && (one.endsWith(other) || other.endsWith(one));
  }

  private static String digits(@Nullable String number) {
    return number == null ? "" : number.replace("+", "");
  }

  /** Whether it is on hold. */
  boolean isHeld() {
    return silenced || deafened;
  }

  /** For people: {@code name (number)}, or what there is of it. */
  String title() {
    String name = name();
    String number = number() == null ? aor() : number();
    if (name == null || name.equals(number)) {
      return number == null ? "participant " + id : number;
    }
    return number == null ? name : name + " (" + number + ")";
  }

  Standing standing() {
    return new Standing(present, Set.copyOf(sends), Set.copyOf(recvs), title());
  }
}
