package io.earwitness.archive.announcement;

import io.earwitness.archive.catalog.Announcements;
import io.earwitness.archive.catalog.Announcements.Prompt;
import io.earwitness.archive.catalog.Announcements.PromptKey;
import io.earwitness.archive.media.PromptFinding;
import io.earwitness.archive.media.PromptPrint;
import io.earwitness.archive.media.SoundFile;
import io.earwitness.archive.media.SoundFile.UnreadableSoundException;
import io.earwitness.archive.media.TextToSpeech;
import io.earwitness.archive.media.TextToSpeech.NoSpeechException;
import io.earwitness.archive.media.TextToSpeech.Voice;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.TenantSlug;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers prompts and opens them again. Thread-safe. */
public final class Prompts {
  private static final Logger LOG = LoggerFactory.getLogger(Prompts.class);

  /** Prints in memory; about half a megabyte each, up to six of the longest prompts. */
  private static final int PRINTS = 64;

  private static final int MOST_TEXT = 1000;

  private final Announcements catalog;
  private final PromptSeal seal;
  private final Clock clock;
  private final Map<String, PromptPrint> prints =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, PromptPrint> eldest) {
          return size() > PRINTS;
        }
      };

  public Prompts(Announcements catalog, PromptSeal seal, Clock clock) {
    this.catalog = catalog;
    this.seal = seal;
    this.clock = clock;
  }

  /** Another prompt in use could be taken for this one. */
  public static final class LookAlikeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LookAlikeException(PromptKey like, double likeness) {
      super(
          ("it sounds so much like the prompt %s (likeness %.2f, below %.2f is needed) that one could be"
                  + " taken for the other in a call; use other words or another voice, or add it as a"
                  + " version of '%s'")
              .formatted(like, likeness, PromptFinding.LOOK_ALIKE, like.name()));
    }
  }

  /**
   * Registers the sound of a file as the next version of a prompt.
   *
   * @param text what it says; null if that is not known
   * @throws UnreadableSoundException if the file can't be taken
   * @throws IllegalArgumentException if the name or language is none, or the sound is not fit to be
   *     recognised
   * @throws LookAlikeException if it is like a prompt of another name
   */
  public Prompt addFile(
      TenantSlug tenant,
      String name,
      String language,
      byte[] file,
      @Nullable String text,
      String actor)
      throws UnreadableSoundException {
    demand(name, language, text);
    return add(tenant, name, language, SoundFile.read(file), text, actor);
  }

  /**
   * Registers a text as it is spoken here.
   *
   * @throws NoSpeechException if it can't be spoken here
   * @throws IllegalArgumentException as {@link #addFile}, or if the text is empty or too long
   * @throws LookAlikeException as {@link #addFile}
   */
  public Prompt addText(TenantSlug tenant, String name, String language, String text, String actor)
      throws NoSpeechException {
    demand(name, language, text);
    if (text.isBlank()) {
      throw new IllegalArgumentException("the text is empty; write what is to be said");
    }
    return add(tenant, name, language, spoken(text, language), text, actor);
  }

  private static void demand(String name, String language, @Nullable String text) {
    AnnouncementRule.demandPromptName(name);
    AnnouncementRule.demandLanguage(language);
    if (text != null && text.length() > MOST_TEXT) {
      throw new IllegalArgumentException(
          "the text has %d characters; at most %d are taken".formatted(text.length(), MOST_TEXT));
    }
  }

  private static short[] spoken(String text, String language) throws NoSpeechException {
    try {
      return TextToSpeech.speak(text, Voice.ofLanguage(language));
    } catch (NoSpeechException e) {
      String primary = Locale.forLanguageTag(language).getLanguage();
      if (e.isProgramMissing() || primary.equals(language)) {
        throw e;
      }
      return TextToSpeech.speak(text, Voice.ofLanguage(primary));
    }
  }

  private Prompt add(
      TenantSlug tenant,
      String name,
      String language,
      short[] samples,
      @Nullable String text,
      String actor) {
    PromptPrint print = PromptPrint.of(samples);
    Instant now = clock.instant();
    for (Prompt other : catalog.prompts(tenant)) {
      if (other.isCurrent(now) && !other.key().name().equals(name)) {
        PromptPrint known = print(tenant, other).orElse(null);
        double likeness = known == null ? 0 : print.likeness(known);
        if (likeness >= PromptFinding.LOOK_ALIKE) {
          throw new LookAlikeException(other.key(), likeness);
        }
      }
    }
    byte[] wav = SoundFile.wav(samples);
    Prompt prompt =
        new Prompt(
            new PromptKey(name, language, 1),
            text,
            sha256(wav),
            samples.length / 8,
            now,
            actor,
            null,
            null);
    return catalog.add(tenant, prompt, key -> seal.seal(tenant, key, wav), actor);
  }

  /** The WAV file of a prompt as it is played; empty if there is no such prompt. */
  public Optional<byte[]> sound(TenantSlug tenant, PromptKey key) {
    return catalog.sound(tenant, key).map(kept -> seal.open(tenant, key, kept));
  }

  /** The print of a prompt; empty, and told in the log, if its sound can't be opened here. */
  Optional<PromptPrint> print(TenantSlug tenant, Prompt prompt) {
    String id = tenant + "|" + prompt.key() + "|" + prompt.sha256();
    synchronized (prints) {
      PromptPrint known = prints.get(id);
      if (known != null) {
        return Optional.of(known);
      }
    }
    try {
      Optional<byte[]> wav = sound(tenant, prompt.key());
      if (wav.isEmpty()) {
        return Optional.empty();
      }
      PromptPrint print = PromptPrint.of(SoundFile.read(wav.get()));
      synchronized (prints) {
        prints.put(id, print);
      }
      return Optional.of(print);
    } catch (IllegalArgumentException | UnreadableSoundException e) {
      LOG.error("prompt {} of {} can't be opened: {}", prompt.key(), tenant, e.getMessage());
      return Optional.empty();
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }
}
