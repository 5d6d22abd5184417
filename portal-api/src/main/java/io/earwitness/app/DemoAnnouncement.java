package io.earwitness.app;

import io.earwitness.archive.announcement.Prompts;
import io.earwitness.archive.catalog.Announcements;
import io.earwitness.archive.catalog.Announcements.Prompt;
import io.earwitness.archive.media.SoundFile;
import io.earwitness.archive.media.TextToSpeech.NoSpeechException;
import io.earwitness.call.AnnouncementFallback;
import io.earwitness.call.AnnouncementMode;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.Direction;
import io.earwitness.recorder.client.Speech;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Acme announces in the demo: a prompt, where espeak-ng can speak it, and a policy that asks
 * for it in calls from places where all parties must agree.
 */
final class DemoAnnouncement {
  private static final Logger LOG = LoggerFactory.getLogger(DemoAnnouncement.class);
  private static final String PROMPT = "recording";
  private static final String LANGUAGE = "en";
  private static final String TEXT =
      "For regulatory reasons this call is recorded and kept for one year.";

  private final Announcements catalog;
  private final Prompts prompts;
  private final AnnouncementProvisioning provisioning;

  DemoAnnouncement(Installation installation) {
    this.catalog = installation.database().announcements();
    this.prompts =
        new Prompts(catalog, new SealedPrompts(installation.signInKey()), Clock.systemUTC());
    this.provisioning = installation.provisioning("cli:demo").announcements(catalog, prompts);
  }

  /**
   * Makes what is missing.
   *
   * @return the samples of the prompt, 16 bits at 8 kHz; empty where nothing can be spoken here
   */
  Optional<short[]> create() throws IOException {
    Prompt prompt;
    try {
      prompt = provisioning.addText(DemoTenants.ACME, PROMPT, LANGUAGE, TEXT);
    } catch (NoSpeechException e) {
      LOG.info("the demo announces nothing: {}", e.getMessage());
      return Optional.empty();
    }
    if (catalog.policies(DemoTenants.ACME).isEmpty()) {
      AnnouncementRule rule =
          new AnnouncementRule(
              "callers who must agree",
              Set.of(),
              List.of(),
              Set.of(Direction.INBOUND),
              Set.of("all-party-consent"),
              Set.of(),
              AnnouncementMode.ANNOUNCE,
              PROMPT,
              LANGUAGE,
              false,
              AnnouncementFallback.CONNECT_FLAGGED);
      provisioning.setPolicy(
          DemoTenants.ACME,
          new AnnouncementPolicy(0, AnnouncementPolicy.none().jurisdictions(), List.of(rule)));
    }
    try {
      return Optional.of(
          SoundFile.read(prompts.sound(DemoTenants.ACME, prompt.key()).orElseThrow()));
    } catch (SoundFile.UnreadableSoundException e) {
      throw new IOException(e);
    }
  }

  /**
   * What both sides of a call say, the prompt first, as WAV files.
   *
   * @return of the caller and of the agent, in whose place the prompt is played
   */
  static List<Path> dialogue(Path folder, short[] prompt) throws IOException {
    Speech.Dialogue talk = Speech.dialogue(0);
    return List.of(
        Files.write(
            folder.resolve("caller.wav"),
            SoundFile.wav(joined(new short[prompt.length], talk.left().samples()))),
        Files.write(
            folder.resolve("agent.wav"), SoundFile.wav(joined(prompt, talk.right().samples()))));
  }

  private static short[] joined(short[] first, short[] second) {
    short[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
