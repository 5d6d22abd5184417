package io.earwitness.portal;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.QuarantinedCalls;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Calls in quarantine, with what was kept of each, and what was released. */
final class FakeQuarantine implements QuarantinedCalls {
  final List<CallEntry> held = new CopyOnWriteArrayList<>();
  final Map<RecordingId, CallRecord> records = new ConcurrentHashMap<>();
  final List<CallSummary> released = new CopyOnWriteArrayList<>();

  @Override
  public List<CallEntry> list(int limit) {
    return held.stream().limit(limit).toList();
  }

  @Override
  public void move(CallSummary call) {
    throw new UnsupportedOperationException();
  }

  CallRecord record(ArchivedCall call, String actor) throws IOException {
    CallRecord record = records.get(call.id());
    if (record == null) {
      throw new IOException("recording %s can't be read".formatted(call.id()));
    }
    return record;
  }

  void release(CallEntry call, CallSummary as, String actor) {
    held.remove(call);
    released.add(as);
  }
}
