package io.earwitness.portal;

import io.earwitness.archive.catalog.Annotations;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Notes and tags in memory; the calls show their tags. */
final class FakeAnnotations implements Annotations {
  private final FakeCalls calls;
  private final Clock clock;
  private final Map<RecordingId, List<Tagging>> tags = new ConcurrentHashMap<>();
  private final Map<UUID, Note> notes = new ConcurrentHashMap<>();

  FakeAnnotations(FakeCalls calls, Clock clock) {
    this.calls = calls;
    this.clock = clock;
  }

  @Override
  public synchronized List<Tagging> tags(TenantSlug tenant, RecordingId call) {
    return List.copyOf(tags.getOrDefault(call, List.of()));
  }

  @Override
  public synchronized boolean tag(TenantSlug tenant, RecordingId call, String tag, String actor) {
    CallEntry entry = calls.find(tenant, call).orElseThrow();
    TreeSet<String> present = new TreeSet<>(entry.tags());
    if (!present.add(tag)) {
      return false;
    }
    tags.computeIfAbsent(call, _ -> new ArrayList<>())
        .add(new Tagging(tag, clock.instant(), actor, null, null));
    show(entry, present);
    return true;
  }

  @Override
  public synchronized boolean untag(TenantSlug tenant, RecordingId call, String tag, String actor) {
    CallEntry entry = calls.find(tenant, call).orElseThrow();
    TreeSet<String> present = new TreeSet<>(entry.tags());
    if (!present.remove(tag)) {
      return false;
    }
    tags.getOrDefault(call, new ArrayList<>())
        .replaceAll(
            each ->
                each.tag().equals(tag) && each.removedAt() == null
                    ? new Tagging(tag, each.addedAt(), each.addedBy(), clock.instant(), actor)
                    : each);
    show(entry, present);
    return true;
  }

  private void show(CallEntry entry, TreeSet<String> present) {
    calls.put(
        new CallEntry(
            entry.summary(),
            entry.version() + 1,
            entry.archive(),
            entry.place(),
            entry.keeping(),
            entry.block(),
            List.copyOf(present)));
  }

  @Override
  public List<Note> notes(TenantSlug tenant, RecordingId call) {
    return notes.values().stream().filter(note -> note.call().equals(call)).toList();
  }

  @Override
  public Note note(
      TenantSlug tenant, RecordingId call, Author author, String text, @Nullable Long offsetMs) {
    Note note =
        new Note(
            UUID.randomUUID(),
            call,
            author.id(),
            author.actor(),
            offsetMs,
            List.of(new Version(1, clock.instant(), text)));
    notes.put(note.id(), note);
    return note;
  }

  @Override
  public Note change(
      TenantSlug tenant,
      RecordingId call,
      UUID note,
      int version,
      Author author,
      @Nullable String text) {
    Note present = notes.get(note);
    if (present == null) {
      throw new IllegalArgumentException("there is no such note");
    }
    List<Version> versions = new ArrayList<>(present.versions());
    versions.add(new Version(version + 1, clock.instant(), text));
    Note changed =
        new Note(note, call, present.author(), present.actor(), present.offsetMs(), versions);
    notes.put(note, changed);
    return changed;
  }
}
