package io.earwitness.archive;

import io.earwitness.archive.crypto.CmsEnvelopeWriter;
import io.earwitness.archive.crypto.SealedEnvelope;
import io.earwitness.archive.media.Pieces;
import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Seals the objects of one attempt, puts them, and keeps what the manifest says of each. */
final class SealedObjects {
  private final Attempt attempt;
  private final RecordingId recording;
  private final List<Manifest.Entry> entries = new ArrayList<>();

  SealedObjects(Attempt attempt, RecordingId recording) {
    this.attempt = attempt;
    this.recording = recording;
  }

  void put(String file, byte[] plain, CmsEnvelopeWriter writer) throws IOException {
    CmsEnvelopeWriter.Sealed sealed = writer.seal(recording, plain);
    String version = attempt.put(file, sealed.content());
    entries.add(Manifest.Entry.of(attempt.nameOf(file), version, sealed.envelope()));
  }

  /**
   * Seals and puts something large, which is used up by that.
   *
   * @param samples of each channel, if it is audio
   */
  void put(String file, Pieces plain, CmsEnvelopeWriter writer, @Nullable Long samples)
      throws IOException {
    Pieces sealed = new Pieces();
    long length = plain.size();
    SealedEnvelope envelope = writer.seal(recording, plain.drain(), length, sealed);
    String version = attempt.put(file, sealed.take());
    entries.add(Manifest.Entry.of(attempt.nameOf(file), version, envelope, samples));
  }

  List<Manifest.Entry> entries() {
    return entries;
  }
}
