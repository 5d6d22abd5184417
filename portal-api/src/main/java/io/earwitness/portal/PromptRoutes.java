package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.announcement.AnnouncementBook;
import io.earwitness.archive.announcement.Prompts;
import io.earwitness.archive.announcement.Prompts.LookAlikeException;
import io.earwitness.archive.catalog.Announcements;
import io.earwitness.archive.catalog.Announcements.Prompt;
import io.earwitness.archive.catalog.Announcements.PromptKey;
import io.earwitness.archive.media.SoundFile.UnreadableSoundException;
import io.earwitness.archive.media.TextToSpeech.NoSpeechException;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tenant's prompts: listed, uploaded or spoken, heard and withdrawn. */
final class PromptRoutes {
  /** Ninety seconds of stereo at 48 kHz and 16 bits. */
  private static final int MAX_FILE = 18 << 20;

  private static final Set<String> TYPES =
      Set.of(
          "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/flac", "audio/x-flac");

  private final Announcements catalog;
  private final Prompts prompts;
  private final AnnouncementBook book;

  PromptRoutes(AnnouncementParts parts) {
    this.catalog = parts.catalog();
    this.prompts = parts.prompts();
    this.book = parts.book();
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record PromptView(
      String name,
      String language,
      int version,
      @Nullable String text,
      String sha256,
      long durationMs,
      Instant addedAt,
      String addedBy,
      @Nullable Instant withdrawnAt,
      @Nullable String withdrawnBy) {
    static PromptView of(Prompt prompt) {
      return new PromptView(
          prompt.key().name(),
          prompt.key().language(),
          prompt.key().version(),
          prompt.text(),
          prompt.sha256(),
          prompt.durationMs(),
          prompt.addedAt(),
          prompt.addedBy(),
          prompt.withdrawnAt(),
          prompt.withdrawnBy());
    }
  }

  private record PromptList(List<PromptView> items) {}

  Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new PromptList(
                    catalog.prompts(asking.slug()).stream().map(PromptView::of).toList())));
  }

  private record TextBody(
      @Nullable String name, @Nullable String language, @Nullable String text) {}

  /** A text that is spoken here. */
  Route.Prepared speak(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    TextBody body = Request.body(http, TextBody.class, null);
    String name = body.name();
    String language = body.language();
    String text = body.text();
    if (name == null || language == null || text == null) {
      throw ProblemException.malformed(
          null, "The members 'name', 'language' and 'text' are needed.");
    }
    return add(
        http,
        asking,
        name,
        language,
        "text",
        () -> prompts.addText(asking.slug(), name, language, text, asking.actor()));
  }

  /** A sound file as the body. */
  Route.Prepared upload(Context http, @Nullable Principal principal) throws Exception {
    Request.allowParameters(http, Set.of("text"));
    Principal asking = Objects.requireNonNull(principal);
    String name = http.pathParam("name");
    String language = http.pathParam("language");
    String text = Request.parameter(http, "text", 1000);
    String type = String.valueOf(http.contentType()).split(";", 2)[0].strip();
    if (!TYPES.contains(type.toLowerCase(Locale.ROOT))) {
      throw ProblemException.of(
          415, "not-sound", "Not sound", "The body must be audio/wav or audio/flac.");
    }
    byte[] file = Request.bytes(http, MAX_FILE);
    return add(
        http,
        asking,
        name,
        language,
        "file",
        () -> prompts.addFile(asking.slug(), name, language, file, text, asking.actor()));
  }

  @FunctionalInterface
  private interface Adding {
    Prompt add() throws UnreadableSoundException, NoSpeechException;
  }

  private Route.Prepared add(
      Context http, Principal asking, String name, String language, String from, Adding adding) {
    return new Route.Prepared(
        object(name, language),
        Map.of("from", from),
        _ -> {
          try {
            Prompt prompt = adding.add();
            book.changed(asking.slug());
            SessionRoutes.json(http, 201, PromptView.of(prompt));
          } catch (UnreadableSoundException e) {
            throw ProblemException.of(
                422, "unreadable-sound", "Unreadable sound", AnnouncementRoutes.sentence(e));
          } catch (NoSpeechException e) {
            throw ProblemException.of(
                422, "no-speech", "Can't be spoken here", AnnouncementRoutes.sentence(e));
          } catch (LookAlikeException e) {
            throw ProblemException.conflict("look-alike", AnnouncementRoutes.sentence(e));
          } catch (IllegalArgumentException e) {
            throw ProblemException.malformed(null, AnnouncementRoutes.sentence(e));
          }
        });
  }

  private static String object(String name, String language) {
    String text = name + "/" + language;
    return "prompt:" + text.substring(0, Math.min(text.length(), 100));
  }

  /** The prompt that a path names; what is no version names none. */
  private static PromptKey key(Context http) {
    String version = http.pathParam("version");
    return new PromptKey(
        http.pathParam("name"),
        http.pathParam("language"),
        version.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(version) : 0);
  }

  Route.Prepared sound(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    PromptKey key = key(http);
    return new Route.Prepared(
        object(key.name(), key.language()),
        Map.of("version", Integer.toString(key.version())),
        _ -> {
          byte[] wav = prompts.sound(asking.slug(), key).orElseThrow(PromptRoutes::noSuchPrompt);
          http.contentType("audio/wav");
          http.result(wav);
        });
  }

  Route.Prepared withdraw(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    PromptKey key = key(http);
    return new Route.Prepared(
        object(key.name(), key.language()),
        Map.of("version", Integer.toString(key.version())),
        _ -> {
          if (!catalog.withdraw(asking.slug(), key, asking.actor())) {
            throw noSuchPrompt();
          }
          book.changed(asking.slug());
          http.status(204);
        });
  }

  private static ProblemException noSuchPrompt() {
    return ProblemException.notFound("There is no such prompt in use.");
  }
}
