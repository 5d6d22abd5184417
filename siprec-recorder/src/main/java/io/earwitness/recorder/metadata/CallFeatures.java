package io.earwitness.recorder.metadata;

import io.earwitness.call.AddressOfRecord;
import io.earwitness.call.VendorDatum;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells what vendor data says of how a call came about: forwarding (Diversion, RFC 5806), transfer
 * (Referred-By, RFC 3892; Refer-To, RFC 3515), and BroadWorks' redirection and queues. Each line is
 * told once.
 */
final class CallFeatures {
  private static final Pattern REASON = Pattern.compile("(?i);\\s*reason=\"?([^;\",]{1,40})");
  private static final Pattern DISPLAY_NAME = Pattern.compile("\\s*\"?([^\"<]{1,100}?)\"?\\s*<");
  private static final int MAX_LINES = 50;

  private final Set<String> told = new HashSet<>();

  /** The lines that are new. */
  List<String> lines(Collection<VendorDatum> data) {
    List<String> lines = new ArrayList<>();
    for (VendorDatum datum : data) {
      String line = line(datum);
      if (line != null && told.size() < MAX_LINES && told.add(line)) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static @Nullable String line(VendorDatum datum) {
    String name = datum.name().substring(datum.name().lastIndexOf('/') + 1);
    String value = datum.value();
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "diversion" -> "forwarded from " + person(value) + reason(value);
      case "lastredirectnumber" -> "forwarded from " + person(value);
      case "referred-by" -> "transferred by " + person(value);
      case "refer-to" -> "referred to " + person(value);
      case "acdname" -> "came through the queue " + value;
      default -> null;
    };
  }

  private static String reason(String diversion) {
    Matcher reason = REASON.matcher(diversion);
    return reason.find() ? " (" + reason.group(1).strip() + ")" : "";
  }

  /** As participants are called: {@code name (number)}, or what there is of it. */
  private static String person(String address) {
    String first = firstAddress(address);
    AddressOfRecord aor = AddressOfRecord.parse(first);
    String number = aor.number() != null ? aor.number() : aor.user();
    String shown = number == null ? first.strip() : number;
    Matcher name = DISPLAY_NAME.matcher(first);
    return name.lookingAt() && !name.group(1).isBlank() && !name.group(1).equals(shown)
        ? name.group(1).strip() + " (" + shown + ")"
        : shown;
  }

  /** What several have in common in one field: the last that diverted comes first. */
  private static String firstAddress(String addresses) {
    int close = addresses.indexOf('>');
    return close < 0 ? addresses : addresses.substring(0, close + 1);
  }
}
