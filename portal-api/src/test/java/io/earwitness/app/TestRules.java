package io.earwitness.app;

import io.earwitness.call.AnnouncementFallback;
import io.earwitness.call.AnnouncementMode;
import io.earwitness.call.AnnouncementRule;
import java.util.List;
import java.util.Set;

/** Rules of announcement for tests. */
final class TestRules {
  private TestRules() {}

  /** One that announces in every call. */
  static AnnouncementRule announce(String name, String prompt) {
    return new AnnouncementRule(
        name,
        Set.of(),
        List.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        AnnouncementMode.ANNOUNCE,
        prompt,
        null,
        false,
        AnnouncementFallback.CONNECT_FLAGGED);
  }
}
