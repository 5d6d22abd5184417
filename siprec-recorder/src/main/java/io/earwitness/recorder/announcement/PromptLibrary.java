package io.earwitness.recorder.announcement;

import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The prompts that can be played on this machine, without database or network. Thread-safe; never
 * waits for others.
 */
public interface PromptLibrary {
  /** Has none. */
  PromptLibrary NONE =
      new PromptLibrary() {
        @Override
        public Optional<StoredPrompt> find(
            TenantSlug tenant, String name, @Nullable String language, @Nullable Integer version) {
          return Optional.empty();
        }

        @Override
        public List<byte[]> packets(StoredPrompt prompt, AnnouncementCodec codec)
            throws IOException {
          throw new IOException("there are no prompts");
        }
      };

  /** A prompt: one wording of a tenant, in one language and version of it. */
  record StoredPrompt(TenantSlug tenant, String name, String language, int version) {
    /** As verdicts name it: {@code recording/en/v2}. */
    @Override
    public String toString() {
      return "%s/%s/v%d".formatted(name, language, version);
    }
  }

  /**
   * A prompt in use.
   *
   * @param language a BCP 47 tag; null for any. One whose primary language alone fits is taken
   *     where no other is there
   * @param version null for the newest
   */
  Optional<StoredPrompt> find(
      TenantSlug tenant, String name, @Nullable String language, @Nullable Integer version);

  /**
   * The payloads of its RTP packets, each of 20 ms.
   *
   * @throws IOException if they can't be read from this machine's disk
   */
  List<byte[]> packets(StoredPrompt prompt, AnnouncementCodec codec) throws IOException;
}
