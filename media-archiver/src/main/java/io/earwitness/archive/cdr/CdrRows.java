package io.earwitness.archive.cdr;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.numbering.NumberOrigin;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.SnapshotTenantMatcher;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.WireName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns calls of one tenant into rows. Pure: the same calls and tokens give the same rows. */
final class CdrRows {
  private static final String NUMBER_RULE = SnapshotTenantMatcher.NUMBER_RULE;

  private final Tokens tokens;

  CdrRows(Tokens tokens) {
    this.tokens = tokens;
  }

  CdrRow row(CallEntry entry) {
    CallSummary call = entry.summary();
    ArchivedCall archive = entry.archive();
    List<StreamQuality> quality = archive == null ? List.of() : archive.quality();
    Party caller = party(call, 0);
    Party callee = party(call, 1);
    NumberOrigin callerOrigin = NumberOrigin.of(number(caller));
    NumberOrigin calleeOrigin = NumberOrigin.of(number(callee));
    Duration duration = call.duration();
    return new CdrRow(
        CdrRow.SCHEMA_VERSION,
        call.id().toString(),
        entry.version(),
        call.state().wireName(),
        call.direction().wireName(),
        call.start(),
        call.end(),
        call.zone().getId(),
        call.zone().getRules().getOffset(call.start()).getTotalSeconds() / 60,
        duration == null ? null : duration.toMillis(),
        call.callIds().isEmpty() ? null : call.callIds().getFirst(),
        call.callIds(),
        tokens.keyId(),
        numberToken(caller),
        callerOrigin.country(),
        callerOrigin.prefix(),
        personToken(caller),
        numberToken(callee),
        calleeOrigin.country(),
        calleeOrigin.prefix(),
        personToken(callee),
        call.parties().size(),
        call.parties().stream().flatMap(p -> p.teamIds().stream()).distinct().sorted().toList(),
        call.flags().stream()
            // Who analyses calls is not told of legal holds and restrictions
            .filter(flag -> flag != CallFlag.ON_HOLD && flag != CallFlag.RESTRICTED)
            .map(WireName::wireName)
            .sorted()
            .toList(),
        call.refusal() == null ? null : call.refusal().status(),
        call.refusal() == null ? null : call.refusal().reason(),
        call.node(),
        ruleKind(call.matchedRule()),
        call.configurationVersion(),
        archive == null ? null : archive.generation(),
        archive == null ? null : archive.archivedAt(),
        archive == null ? null : archive.keepUntil(),
        archive == null ? null : archive.audioStart(),
        archive == null ? null : archive.durationMs(),
        archive == null ? null : archive.channels(),
        archive == null ? null : archive.codec(),
        archive == null ? null : archive.mediaBytes(),
        archive == null ? null : quality.stream().mapToLong(StreamQuality::packets).sum(),
        archive == null ? null : quality.stream().mapToLong(StreamQuality::expected).sum(),
        archive == null ? null : quality.stream().mapToLong(StreamQuality::lost).sum(),
        worstJitter(quality),
        archive == null ? null : archive.manifestKey(),
        archive == null ? null : archive.manifestVersionId(),
        announcement(archive));
  }

  private static @Nullable String announcement(@Nullable ArchivedCall archive) {
    return archive == null || archive.announcement() == null
        ? null
        : archive.announcement().verdict().wireName();
  }

  /** A rule by number names the very number that its column holds as a token. */
  private static String ruleKind(String rule) {
    int number = rule.indexOf(NUMBER_RULE);
    return number == 0 || rule.startsWith("also " + NUMBER_RULE)
        ? rule.substring(0, number + NUMBER_RULE.length()).strip()
        : rule;
  }

  private static @Nullable Party party(CallSummary call, int index) {
    return call.parties().size() > index ? call.parties().get(index) : null;
  }

  private static @Nullable String number(@Nullable Party party) {
    return party == null ? null : party.number();
  }

  private @Nullable String numberToken(@Nullable Party party) {
    String number = number(party);
    return number == null ? null : tokens.number(number);
  }

  private @Nullable String personToken(@Nullable Party party) {
    return party == null || party.userId() == null ? null : tokens.person(party.userId());
  }

  private static @Nullable Double worstJitter(List<StreamQuality> quality) {
    Double worst = null;
    for (StreamQuality stream : quality) {
      Double jitter = stream.jitterMillis();
      if (jitter != null && (worst == null || jitter > worst)) {
        worst = jitter;
      }
    }
    return worst;
  }
}
