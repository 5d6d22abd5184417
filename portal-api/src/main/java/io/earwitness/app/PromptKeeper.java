package io.earwitness.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.earwitness.archive.announcement.Prompts;
import io.earwitness.archive.catalog.AnnouncementPlays;
import io.earwitness.archive.catalog.AnnouncementPlays.OwnedPrompt;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.media.SoundFile;
import io.earwitness.archive.media.SoundFile.UnreadableSoundException;
import io.earwitness.archive.media.SpeechCodec;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.SignInKey;
import io.earwitness.recorder.announcement.AnnouncementCodec;
import io.earwitness.recorder.announcement.PromptLibrary;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the prompts of all tenants on the recorder's disk, encoded and sealed, and follows the
 * catalog. Without the catalog, also at the start, those that are there are played. Thread-safe.
 */
final class PromptKeeper implements PromptLibrary, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PromptKeeper.class);
  private static final long POLL_MILLIS = 1_000;

  /** What could not be encoded is tried anew once a minute. */
  private static final long RETRY_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final String INDEX = "index.json";

  /** Sounds in memory, of half a megabyte at most. */
  private static final int SOUNDS = 64;

  private final Path folder;
  private final AnnouncementPlays catalog;
  private final Prompts prompts;
  private final SignInKey key;
  private final ScheduledExecutorService poll =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("prompts").daemon().factory());
  private final Map<String, List<byte[]>> sounds =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<byte[]>> eldest) {
          return size() > SOUNDS;
        }
      };
  private volatile List<OwnedPrompt> ready;
  private String version = "";
  private boolean complete;
  private long retryNanos;

  /**
   * Begins with what is on disk and follows the catalog.
   *
   * @param folder of this node's, mode 0700
   */
  PromptKeeper(Path folder, AnnouncementPlays catalog, Prompts prompts, SignInKey key)
      throws IOException {
    this.folder = folder;
    this.catalog = catalog;
    this.prompts = prompts;
    this.key = key;
    this.ready = index();
    poll.scheduleWithFixedDelay(this::refresh, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private record Index(List<OwnedPrompt> prompts) {
    Index {
      prompts = List.copyOf(prompts);
    }
  }

  private List<OwnedPrompt> index() throws IOException {
    Path file = folder.resolve(INDEX);
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return Json.read(Files.readAllBytes(file), Index.class).prompts();
    } catch (JsonProcessingException e) {
      LOG.error("{} can't be read; the prompts are encoded anew", file, e);
      return List.of();
    }
  }

  /** Takes over what the catalog has now. */
  synchronized void refresh() {
    try {
      String latest = catalog.promptsVersion();
      if (latest.equals(version) && (complete || System.nanoTime() - retryNanos < 0)) {
        return;
      }
      List<OwnedPrompt> wanted = catalog.promptsInUse();
      List<OwnedPrompt> usable = new ArrayList<>();
      complete = true;
      for (OwnedPrompt prompt : wanted) {
        if (lies(prompt) || encode(prompt)) {
          usable.add(prompt);
        } else {
          complete = false;
        }
      }
      if (!usable.equals(ready)) {
        SecretFile.writePrivately(folder.resolve(INDEX), Json.bytes(new Index(usable)));
        ready = List.copyOf(usable);
        LOG.info("{} prompts lie ready to be played", usable.size());
      }
      clean(usable);
      version = latest;
      retryNanos = System.nanoTime() + RETRY_NANOS;
    } catch (CatalogUnavailableException | IOException e) {
      LOG.warn("the prompts stay as they are: {}", e.toString());
    } catch (RuntimeException e) {
      LOG.error("the prompts can't be taken over and stay as they are", e);
    }
  }

  private boolean lies(OwnedPrompt prompt) {
    for (AnnouncementCodec codec : AnnouncementCodec.values()) {
      if (!Files.exists(file(prompt, codec))) {
        return false;
      }
    }
    return true;
  }

  private boolean encode(OwnedPrompt prompt) throws IOException {
    try {
      byte[] wav = prompts.sound(prompt.tenant(), prompt.key()).orElse(null);
      if (wav == null) {
        return false;
      }
      short[] samples = SoundFile.read(wav);
      for (AnnouncementCodec codec : AnnouncementCodec.values()) {
        byte[] packed = packed(speechCodec(codec).packets(samples));
        SecretFile.writePrivately(
            file(prompt, codec),
            key.seal(purpose(prompt, codec), packed).getBytes(StandardCharsets.US_ASCII));
      }
      return true;
    } catch (UnreadableSoundException | IllegalArgumentException e) {
      LOG.error(
          "prompt {} of {} can't be made ready: {}", prompt.key(), prompt.tenant(), e.getMessage());
      return false;
    }
  }

  private static SpeechCodec speechCodec(AnnouncementCodec codec) {
    return switch (codec) {
      case PCMA -> SpeechCodec.PCMA;
      case PCMU -> SpeechCodec.PCMU;
      case G722 -> SpeechCodec.G722;
      case OPUS -> SpeechCodec.OPUS_24;
    };
  }

  /** Each packet behind its length in two bytes. */
  private static byte[] packed(List<byte[]> packets) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (byte[] packet : packets) {
      out.writeShort(packet.length);
      out.write(packet);
    }
    return bytes.toByteArray();
  }

  private static List<byte[]> unpacked(byte[] packed) {
    List<byte[]> packets = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(packed);
    while (in.hasRemaining()) {
      byte[] packet = new byte[in.getShort() & 0xffff];
      in.get(packet);
      packets.add(packet);
    }
    return List.copyOf(packets);
  }

  private static String purpose(OwnedPrompt prompt, AnnouncementCodec codec) {
    return "announcement-sound|%s|%s|%s|%s"
        .formatted(prompt.tenant(), prompt.key(), prompt.sha256(), codec);
  }

  /** Of characters that slugs, names and language tags have, which are none of a path's. */
  private Path file(OwnedPrompt prompt, AnnouncementCodec codec) {
    return folder.resolve(
        "%s_%s_%s_v%d_%s.%s"
            .formatted(
                prompt.tenant(),
                prompt.key().name(),
                prompt.key().language(),
                prompt.key().version(),
                prompt.sha256().substring(0, 16),
                codec.name().toLowerCase(Locale.ROOT)));
  }

  /** Removes the sounds of prompts that are out of use; the catalog keeps them. */
  private void clean(List<OwnedPrompt> usable) throws IOException {
    Set<Path> wanted = new HashSet<>();
    wanted.add(folder.resolve(INDEX));
    for (OwnedPrompt prompt : usable) {
      for (AnnouncementCodec codec : AnnouncementCodec.values()) {
        wanted.add(file(prompt, codec));
      }
    }
    List<Path> present;
    try (Stream<Path> files = Files.list(folder)) {
      present = files.toList();
    }
    for (Path file : present) {
      if (!wanted.contains(file)) {
        Files.delete(file);
      }
    }
  }

  @Override
  public Optional<StoredPrompt> find(
      TenantSlug tenant, String name, @Nullable String language, @Nullable Integer wanted) {
    return ready.stream()
        .filter(
            prompt ->
                prompt.tenant().equals(tenant)
                    && prompt.key().name().equals(name)
                    && (wanted == null || prompt.key().version() == wanted)
                    && likeness(prompt, language) > 0)
        .max(
            Comparator.<OwnedPrompt>comparingInt(prompt -> likeness(prompt, language))
                .thenComparing(prompt -> prompt.key().language(), Comparator.reverseOrder())
                .thenComparingInt(prompt -> prompt.key().version()))
        .map(PromptKeeper::stored);
  }

  private static StoredPrompt stored(OwnedPrompt prompt) {
    return new StoredPrompt(
        prompt.tenant(), prompt.key().name(), prompt.key().language(), prompt.key().version());
  }

  private static int likeness(OwnedPrompt prompt, @Nullable String language) {
    String own = prompt.key().language();
    if (language == null || own.equalsIgnoreCase(language)) {
      return 2;
    }
    String primary = Locale.forLanguageTag(language).getLanguage();
    return Locale.forLanguageTag(own).getLanguage().equals(primary) ? 1 : 0;
  }

  @Override
  public List<byte[]> packets(StoredPrompt prompt, AnnouncementCodec codec) throws IOException {
    OwnedPrompt owned =
        ready.stream()
            .filter(candidate -> stored(candidate).equals(prompt))
            .findFirst()
            .orElseThrow(() -> new IOException("it was taken out of use"));
    String purpose = purpose(owned, codec);
    synchronized (sounds) {
      List<byte[]> known = sounds.get(purpose);
      if (known != null) {
        return known;
      }
    }
    try {
      String sealed = Files.readString(file(owned, codec), StandardCharsets.US_ASCII);
      List<byte[]> packets = unpacked(key.open(purpose, sealed));
      synchronized (sounds) {
        sounds.put(purpose, packets);
      }
      return packets;
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw new IOException("its file on this node is damaged: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    poll.shutdownNow();
  }
}
