package io.earwitness.archive;

import io.earwitness.archive.crypto.CmsEnvelopeWriter;
import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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

  /** The name of the {@code number}th file of a kind: {@code media.cms}, {@code media-2.cms} … */
  static String name(String kind, int number) {
    return number == 1 ? kind + ".cms" : kind + "-" + number + ".cms";
  }

  List<Manifest.Entry> entries() {
    return entries;
  }
}
