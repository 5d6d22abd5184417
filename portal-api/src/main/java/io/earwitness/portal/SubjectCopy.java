package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.SubjectRequests;
import io.earwitness.archive.catalog.SubjectRequests.CopyPlan;
import io.earwitness.archive.catalog.SubjectRequests.Item;
import io.earwitness.archive.catalog.SubjectRequests.Span;
import io.earwitness.archive.media.AudioTimeline;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.archive.media.FlacEncoder;
import io.earwitness.archive.media.Pieces;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.AudioPart;
import io.earwitness.portal.MediaAccess.Content;
import io.earwitness.portal.MediaAccess.Part;
import io.earwitness.portal.MediaAccess.Requester;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the copy for a subject, in memory, whenever it is looked at or fetched: nothing of it is
 * stored. The same plan gives the same bytes. One at a time, as it takes a processor. Thread-safe.
 */
final class SubjectCopy {
  /** The first that a ZIP can tell, so that the same copy has the same bytes. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private static final int SAMPLES_PER_MS = AudioTimeline.SAMPLE_RATE / 1_000;

  private final MediaAccess media;
  private final CallCatalog calls;
  private final ReentrantLock one = new ReentrantLock();

  SubjectCopy(MediaAccess media, CallCatalog calls) {
    this.media = media;
    this.calls = calls;
  }

  private ArchivedCall archive(TenantSlug tenant, Item item) throws IOException {
    ArchivedCall archive =
        calls.find(tenant, item.recording()).map(CallEntry::archive).orElse(null);
    if (archive == null) {
      throw new IOException("recording %s is not there any more".formatted(item.recording()));
    }
    if (archive.channels() > 0 && !archive.codec().equals("flac")) {
      throw new IOException(
          "recording %s is kept as %s, of which no copy can be made"
              .formatted(item.recording(), archive.codec()));
    }
    return archive;
  }

  private List<AudioPart> parts(ArchivedCall archive) throws IOException {
    return archive.channels() == 0 ? List.of() : media.parts(archive);
  }

  /** SHA-256 of each part's audio, in order. */
  List<String> hashes(TenantSlug tenant, Item item, Requester requester) throws IOException {
    ArchivedCall archive = archive(tenant, item);
    List<String> hashes = new ArrayList<>();
    for (AudioPart part : parts(archive)) {
      hashes.add(audio(archive, part, item, requester).sha256());
    }
    return hashes;
  }

  /** The audio of a part, as it is or would be in the copy. */
  Pieces audio(TenantSlug tenant, Item item, int number, Requester requester) throws IOException {
    ArchivedCall archive = archive(tenant, item);
    AudioPart part =
        parts(archive).stream()
            .filter(each -> each.part() == number)
            .findFirst()
            .orElseThrow(() -> new IOException("the recording has no such part of audio"));
    return audio(archive, part, item, requester);
  }

  private Pieces audio(ArchivedCall archive, AudioPart part, Item item, Requester requester)
      throws IOException {
    Content content = media.open(archive, Part.media(part.part()), requester);
    CopyPlan plan = Objects.requireNonNullElse(item.plan(), CopyPlan.OWN);
    one.lock();
    try (FlacEncoder encoder = new FlacEncoder(archive.channels())) {
      FlacDecoder.decode(
          new ContentInput(content),
          (samples, offset, length) -> {
            long first = part.startMs() * SAMPLES_PER_MS + encoder.samples();
            short[][] heard = new short[samples.length][];
            for (int channel = 0; channel < samples.length; channel++) {
              short[] all = Arrays.copyOfRange(samples[channel], offset, offset + length);
              heard[channel] = heard(all, first, channel, item.channels(), plan);
            }
            encoder.accept(heard, 0, length);
          });
      return encoder.finish().content();
    } finally {
      one.unlock();
    }
  }

  /**
   * What of a channel is in the copy: all if it is the subject's own, what was opened, and nothing
   * of what is masked.
   *
   * @param first where the samples begin on the call's time line
   */
  private static short[] heard(
      short[] all, long first, int channel, List<Integer> own, CopyPlan plan) {
    short[] heard = own.contains(channel) ? all.clone() : new short[all.length];
    for (Span span : plan.opened()) {
      if (isOn(span, channel)) {
        int from = place(span.fromMs(), first, all.length);
        System.arraycopy(all, from, heard, from, place(span.toMs(), first, all.length) - from);
      }
    }
    for (Span span : plan.masked()) {
      if (isOn(span, channel)) {
        Arrays.fill(
            heard,
            place(span.fromMs(), first, all.length),
            place(span.toMs(), first, all.length),
            (short) 0);
      }
    }
    return heard;
  }

  private static boolean isOn(Span span, int channel) {
    return span.channel() == null || span.channel() == channel;
  }

  private static int place(long ms, long first, int length) {
    return (int) Math.clamp(ms * SAMPLES_PER_MS - first, 0L, (long) length);
  }

  /** Content as it is read, verified piece by piece. */
  private static final class ContentInput extends InputStream {
    private static final int FETCH = 1 << 18;

    private final Content content;
    private byte[] piece = new byte[0];
    private int at;
    private long fetched;

    ContentInput(Content content) {
      this.content = content;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (at == piece.length) {
        int size = (int) Math.min(FETCH, content.length() - fetched);
        if (size == 0) {
          return -1;
        }
        ByteArrayOutputStream next = new ByteArrayOutputStream(size);
        content.transferTo(fetched, size, next);
        piece = next.toByteArray();
        fetched += size;
        at = 0;
      }
      int step = Math.min(length, piece.length - at);
      System.arraycopy(piece, at, bytes, offset, step);
      at += step;
      return step;
    }
  }

  /**
   * A call as the subject is told of it; of others no more than that they took part.
   *
   * @param you numbers and names by which the subject took part
   * @param files of its audio
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record TheCall(
      RecordingId recording,
      OffsetDateTime start,
      @Nullable OffsetDateTime end,
      String direction,
      List<You> you,
      int otherParties,
      List<String> channels,
      List<Span> opened,
      List<Span> masked,
      List<String> files) {}

  private record You(@Nullable String number, @Nullable String name, @Nullable Side side) {}

  /**
   * Writes the whole copy.
   *
   * @param items those that are in it, with the SHA-256 that was reviewed
   * @throws IOException if something can't be read, or is not what was reviewed; what was written
   *     is no ZIP file then
   */
  void write(
      SubjectRequests.Request request, List<Item> items, Requester requester, OutputStream out)
      throws IOException {
    // Closed only when all went well: else it has no directory, and nothing opens it
    ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    entry(zip, "README.txt", readme(request).getBytes(StandardCharsets.UTF_8));
    List<TheCall> told = new ArrayList<>();
    for (Item item : items) {
      ArchivedCall archive = archive(request.tenant(), item);
      List<String> reviewed = Objects.requireNonNullElse(item.plan(), CopyPlan.OWN).sha256();
      List<String> files = new ArrayList<>();
      for (AudioPart part : parts(archive)) {
        Pieces audio = audio(archive, part, item, requester);
        int index = part.part() - 1;
        if (index >= reviewed.size() || !reviewed.get(index).equals(audio.sha256())) {
          throw new IOException(
              "the audio of recording %s is not what was reviewed; have the copy reviewed again"
                  .formatted(item.recording()));
        }
        String name =
            "audio/%s%s.flac".formatted(item.recording(), MediaRoutes.suffix(part.part()));
        begin(zip, name);
        audio.drain().transferTo(zip);
        zip.closeEntry();
        files.add(name);
      }
      told.add(told(request, item, files));
    }
    entry(zip, "calls.json", Json.bytes(told));
    zip.finish();
  }

  private static void begin(ZipOutputStream zip, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    begin(zip, name);
    zip.write(content);
    zip.closeEntry();
  }

  private TheCall told(SubjectRequests.Request request, Item item, List<String> files) {
    CallSummary call = calls.find(request.tenant(), item.recording()).orElseThrow().summary();
    CopyPlan plan = Objects.requireNonNullElse(item.plan(), CopyPlan.OWN);
    Set<String> numbers =
        request.subject().numbers().stream().map(SubjectCopy::digits).collect(Collectors.toSet());
    List<You> you =
        call.parties().stream()
            .filter(
                party ->
                    party.number() != null && numbers.contains(digits(party.number()))
                        || party.userId() != null
                            && party.userId().equals(request.subject().person()))
            .map(party -> new You(party.number(), party.name(), party.side()))
            .toList();
    return new TheCall(
        item.recording(),
        call.start().atZone(call.zone()).toOffsetDateTime(),
        call.end() == null ? null : call.end().atZone(call.zone()).toOffsetDateTime(),
        call.direction().wireName(),
        you,
        call.parties().size() - you.size(),
        item.channels().stream().map(channel -> new Side(channel).wireName()).toList(),
        plan.opened(),
        plan.masked(),
        files);
  }

  private static String digits(String number) {
    return number.replaceAll("[^0-9]", "");
  }

  private static String readme(SubjectRequests.Request request) {
    return """
        Copy of recordings
        ==================

        For:      %s
        Received: %s
        Request:  %s

        calls.json   what is known of each call: when it was, who you were in it, and which files
                     have its sound
        audio/       the sound, as FLAC files; most players and browsers play them

        What others said is silent, and so are passages that were masked; calls.json says which.
        A file keeps the length of the call, so that its times are true.
        """
        .formatted(request.subject().name(), request.received(), request.id());
  }
}
