package io.earwitness.portal;

import io.earwitness.portal.MediaAccess.Content;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Audio that is being played, by play, so that the tenant's private key is used once for each part
 * that a play reaches and not for each of its requests. Ten minutes without a request forget it.
 * Thread-safe.
 */
final class OpenContents {
  private static final int MAX = 256;
  private static final Duration IDLE = Duration.ofMinutes(10);

  private record Key(UUID play, String attempt, int part) {}

  private record Opened(Content content, Instant lastUsed) {}

  private final InstantSource clock;
  private final Map<Key, Opened> contents = new LinkedHashMap<>(16, 0.75f, true);

  OpenContents(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * A part of the audio of a play, opened if it is not yet; requests that come at once may open it
   * twice.
   *
   * @param attempt that the call's archive is of: a play goes on with the archive that supersedes
   *     it
   */
  Content get(UUID play, String attempt, int part, Supplier<Content> opener) {
    Key key = new Key(play, attempt, part);
    synchronized (contents) {
      Instant now = clock.instant();
      contents.values().removeIf(each -> each.lastUsed().plus(IDLE).isBefore(now));
      Opened opened = contents.get(key);
      if (opened != null) {
        contents.put(key, new Opened(opened.content(), now));
        return opened.content();
      }
    }
    Content content = opener.get();
    synchronized (contents) {
      contents.put(key, new Opened(content, clock.instant()));
      if (contents.size() > MAX) {
        contents.remove(contents.keySet().iterator().next());
      }
    }
    return content;
  }
}
