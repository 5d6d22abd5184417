package io.earwitness.archive;

import io.earwitness.archive.media.PromptPrint;
import io.earwitness.call.Announcement;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.CallSummary;
import io.earwitness.call.PlayedAnnouncement;
import java.util.List;
import java.util.Optional;

/** What the archiver asks about the announcement of a call. Thread-safe. */
public interface AnnouncementDuties {
  /** Asks for no announcement. */
  AnnouncementDuties NONE =
      new AnnouncementDuties() {
        @Override
        public Optional<Duty> of(CallSummary call) {
          return Optional.empty();
        }

        @Override
        public List<PlayedAnnouncement> played(CallSummary call) {
          return List.of();
        }

        @Override
        public void judged(CallSummary call, Announcement announcement) {}
      };

  /**
   * What was to be announced in a call.
   *
   * @param prompts those of which one should be heard, in every language and version in use at the
   *     call's start
   */
  record Duty(AnnouncementPolicy.Decision decision, List<KnownPrompt> prompts) {
    public Duty {
      prompts = List.copyOf(prompts);
    }
  }

  /**
   * A prompt that can be recognised.
   *
   * @param name as verdicts show it, such as {@code recording/en/v2}
   */
  record KnownPrompt(String name, PromptPrint print) {}

  /**
   * By the policy in force at the call's start; empty if the tenant had none.
   *
   * @throws io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException if it can't be
   *     looked up
   */
  Optional<Duty> of(CallSummary call);

  /**
   * What announcement services have played in a call, on whatever node; the oldest first.
   *
   * @throws io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException if it can't be
   *     looked up
   */
  List<PlayedAnnouncement> played(CallSummary call);

  /** Told once a call with its verdict is in the catalog; does not throw. */
  void judged(CallSummary call, Announcement announcement);
}
