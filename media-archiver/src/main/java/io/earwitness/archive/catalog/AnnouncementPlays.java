package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.Announcements.PromptKey;
import io.earwitness.call.AnnouncementVerdict;
import io.earwitness.call.CallSummary;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What recorders' announcement service needs of the catalog and tells it, and what calls show of
 * their announcements day by day. Thread-safe; all methods throw {@link
 * CallCatalog.CatalogUnavailableException} while the database can't be reached.
 */
public interface AnnouncementPlays {
  /**
   * A prompt in use, of any tenant.
   *
   * @param sha256 of its sound, hex
   */
  record OwnedPrompt(TenantSlug tenant, PromptKey key, String sha256) {}

  /** Changes whenever {@link #promptsInUse} does. */
  String promptsVersion();

  /** Prompts of all tenants that are to be played now. */
  List<OwnedPrompt> promptsInUse();

  /**
   * Enters a prompt that was played; once more is the same as once.
   *
   * @return false if its tenant is not known
   */
  boolean enter(PlayedAnnouncement play);

  /** What other nodes than this one have entered since a moment of the database's clock. */
  Recent enteredByOthers(String node, Instant since, int most);

  /**
   * Plays that were entered.
   *
   * @param until the database's clock at that moment
   */
  record Recent(List<PlayedAnnouncement> plays, Instant until) {}

  /** What was played in a call of its tenant, by its ids, numbers and time; the oldest first. */
  List<PlayedAnnouncement> of(CallSummary call);

  /**
   * What calls that began within a time show of their announcements.
   *
   * @param from of the time
   * @param to its end, not in it
   * @param most of the bad calls that are listed
   */
  Report report(TenantSlug tenant, Instant from, Instant to, int most);

  /**
   * A report.
   *
   * @param judged calls for which there was a policy, by the worst verdict on a party
   * @param waiting calls of the tenant that are not archived yet, so that nothing is known of them
   * @param bad calls whose verdict is signalled-only, interrupted or missing, the oldest first
   * @param more whether there are more of those
   */
  record Report(
      Map<AnnouncementVerdict, Long> judged, long waiting, List<BadCall> bad, boolean more) {}

  /**
   * A call whose announcement was not heard as it should have been.
   *
   * @param rule of the policy; null if none decided
   * @param reason for people, of the party with the worst verdict
   */
  record BadCall(
      RecordingId id,
      Instant start,
      AnnouncementVerdict verdict,
      @Nullable String rule,
      int policyVersion,
      String reason) {}
}
