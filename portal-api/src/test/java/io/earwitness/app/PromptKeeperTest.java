package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.announcement.Prompts;
import io.earwitness.archive.catalog.Announcements.PromptKey;
import io.earwitness.archive.media.SoundFile;
import io.earwitness.archive.media.TextToSpeech;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.SignInKey;
import io.earwitness.recorder.announcement.AnnouncementCodec;
import io.earwitness.recorder.announcement.PromptLibrary.StoredPrompt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts on a recorder's disk: sealed, in all codecs, and there without the database. */
class PromptKeeperTest {
  private static final String TEXT = "For regulatory reasons this call is being recorded here.";
  private static final String GERMAN =
      "Aus rechtlichen Gründen wird dieses Gespräch von uns aufgezeichnet und aufbewahrt.";

  private static final TenantSlug ACME = DemoTenants.ACME;

  private static PromptKeeper keeper(Path folder, TestServer server, SignInKey key)
      throws IOException {
    var database = server.server().installation().database();
    return new PromptKeeper(
        folder,
        database.announcementPlays(),
        new Prompts(database.announcements(), new SealedPrompts(key), Clock.systemUTC()),
        key);
  }

  @Test
  void promptsLieReadyOnDiskAndAreThereWithoutTheDatabase(@TempDir Path folder) throws Exception {
    Path disk = Files.createDirectory(folder.resolve("prompts"));
    SignInKey key;
    StoredPrompt english;
    byte[] packet;
    try (TestServer server = TestServer.start(folder.resolve("data"), Map.of())) {
      var installation = server.server().installation();
      key = installation.signInKey();
      Prompts prompts =
          new Prompts(
              installation.database().announcements(), new SealedPrompts(key), Clock.systemUTC());
      byte[] wav = SoundFile.wav(TextToSpeech.speak(TEXT, TextToSpeech.Voice.ofLanguage("en")));
      prompts.addFile(ACME, "recording", "en", wav, null, "test");
      prompts.addText(ACME, "recording", "de-CH", GERMAN, "test");
      try (PromptKeeper keeper = keeper(disk, server, key)) {
        keeper.refresh();
        english = keeper.find(ACME, "recording", "en-GB", null).orElseThrow();
        assertThat(english).hasToString("recording/en/v1");
        assertThat(keeper.find(ACME, "recording", "de", null).orElseThrow().language())
            .isEqualTo("de-CH");
        assertThat(keeper.find(ACME, "recording", "fr", null)).isEmpty();
        assertThat(keeper.find(ACME, "recording", "en", 2)).isEmpty();
        assertThat(keeper.find(DemoTenants.GLOBEX, "recording", "en", null)).isEmpty();
        int packets = (wav.length - 44 + 319) / 320;
        for (AnnouncementCodec codec : AnnouncementCodec.values()) {
          var encoded = keeper.packets(english, codec);
          if (codec == AnnouncementCodec.OPUS) {
            assertThat(encoded).hasSizeBetween(packets, packets + 2);
          } else {
            assertThat(encoded).hasSize(packets).allMatch(one -> one.length == 160);
          }
        }
        packet = keeper.packets(english, AnnouncementCodec.PCMA).get(packets / 2);
        installation
            .database()
            .announcements()
            .withdraw(ACME, new PromptKey("recording", "de-CH", 1), "test");
        keeper.refresh();
        assertThat(keeper.find(ACME, "recording", "de", null)).isEmpty();
        try (PromptKeeper later = keeper(disk, server, key)) {
          server.close();
          later.refresh();
          assertThat(later.find(ACME, "recording", "en", null)).contains(english);
          assertThat(later.packets(english, AnnouncementCodec.PCMA)).hasSize(packets);
        }
      }
    }
    String plain = new String(packet, StandardCharsets.ISO_8859_1);
    try (Stream<Path> files = Files.list(disk)) {
      for (Path file : files.toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .doesNotContain(plain);
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
      }
    }
  }

  @Test
  void aDamagedFileIsSaidToBeOne(@TempDir Path folder) throws Exception {
    Path disk = Files.createDirectory(folder.resolve("prompts"));
    try (TestServer server = TestServer.start(folder.resolve("data"), Map.of())) {
      var installation = server.server().installation();
      new Prompts(
              installation.database().announcements(),
              new SealedPrompts(installation.signInKey()),
              Clock.systemUTC())
          .addText(ACME, "recording", "en", TEXT, "test");
      try (PromptKeeper keeper = keeper(disk, server, installation.signInKey())) {
        keeper.refresh();
        StoredPrompt prompt = keeper.find(ACME, "recording", "en", 1).orElseThrow();
        try (Stream<Path> files = Files.list(disk)) {
          for (Path file : files.filter(each -> each.toString().endsWith(".pcma")).toList()) {
            Files.writeString(file, "damaged");
          }
        }
        assertThatThrownBy(() -> keeper.packets(prompt, AnnouncementCodec.PCMA))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("damaged");
      }
    }
  }
}
